import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import { CursorSealer, RecordReader, RecordRegistry } from '@pellucid/platform/records';
import { SEARCH_INDEXES, type SearchIndexes } from '../index/search-indexes.js';
import { readSearchText } from '../text/search-text.js';
import { HitPresenter } from './hit-presenter.js';
import { NewerDocuments } from './newer-documents.js';
import { RecordExplainer } from './record-explainer.js';
import { type ObjectPlan, planObject } from './search-plan.js';
import { type MatchRow, type Position, searchStatement, type SearchPart } from './search-statement.js';
import { SearchRepository } from './search.repository.js';
import type { SearchAnswer, SearchRequest } from './search.types.js';

/** With fewer hits than this, words may be misspelt. */
const FEW = 5;

/** How a search continues on the next page: as it began. */
interface Continued {
  after: Position;
  now: string;
  isTolerant: boolean;
}

/** Searches all objects at once, under the rights of the context's actor. */
@Injectable()
export class SearchService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(SearchRepository) private readonly repository: SearchRepository,
    @Inject(SEARCH_INDEXES) private readonly indexes: SearchIndexes,
    @Inject(NewerDocuments) private readonly newer: NewerDocuments,
    @Inject(HitPresenter) private readonly hits: HitPresenter,
    @Inject(RecordExplainer) private readonly explainer: RecordExplainer,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns the best hits. @throws ProblemError 404 for an unknown object, 400 for a cursor of another search */
  async search(request: SearchRequest): Promise<SearchAnswer> {
    const snapshot = await this.directory.current();
    const objects = this.objectsOf(request.objects, snapshot);
    const binding = JSON.stringify(['search', requireTenant(), request.q, objects]);
    const continued = request.cursor ? this.continued(request.cursor, binding) : undefined;
    const state = await this.repository.state(objects);
    this.directory.noteObserved();
    const classes = state.classes.filter(({ form }) => this.indexes.ofForm(form));
    const isOutdated = state.accessVersion !== snapshot.version;
    const plans: ObjectPlan[] = [];
    for (const object of objects) {
      const plan = planObject(await this.reader.contextFor(object), classes, isOutdated);
      if (plan) plans.push(plan);
    }
    const text = readSearchText(request.q, formedFields(plans));
    const parts = this.partsOf(plans);
    const read = parts.flatMap((part) =>
      part.plans.flatMap(({ told, untold }) => [told ?? [], untold ?? []].flat()),
    );
    const { documents, changed } = await this.newer.of(state.changed, read);
    const now = continued?.now ?? new Date().toISOString();
    const subject = this.directory.subject(snapshot);
    const find = async (isTolerant: boolean) =>
      this.find(
        parts,
        { text, isTolerant, memberId: subject.memberId, now, newer: documents, changed },
        request.limit + 1,
        continued?.after,
      );

    let isTolerant = continued?.isTolerant ?? false;
    let rows = await find(isTolerant);
    // One more look, for words that are misspelt. What is found decides, and that is what the searcher sees.
    if (!continued && total(rows) < FEW && text.terms.some(({ typos }) => typos.length)) {
      isTolerant = true;
      rows = await find(true);
    }
    const shown = rows.slice(0, request.limit);
    const last = shown.at(-1);
    const hasMore = rows.length > request.limit;
    const byObject = new Map(plans.map((plan) => [plan.context.descriptor.key, plan]));
    const truncated = rows.some(({ isCut }) => isCut);
    const named = request.record?.split('/') as [string, string] | undefined;
    const record =
      named &&
      (await this.explainer.explain(
        this.registry.find(named[0], snapshot).key,
        named[1].toLowerCase(),
        byObject,
        request.q,
        text,
        {
          isTolerant,
          isOnPage: shown.some(({ id }) => id === named[1].toLowerCase()),
          isTruncated: truncated,
        },
      ));
    return {
      data: await this.hits.present(shown, byObject, text, request.explain ?? false),
      page: {
        hasMore,
        nextCursor: hasMore && last ? this.cursorAfter(last, now, isTolerant, binding) : null,
      },
      counts: Object.fromEntries(rows.map((row) => [row.object, { value: row.count, capped: row.isCut }])),
      truncated,
      ...(plans.some(({ isIncomplete }) => isIncomplete) ? { meta: { indexing: true } } : {}),
      ...(record ? { record } : {}),
    };
  }

  /** Returns the keys of the objects to search. @throws ProblemError 404 for an unknown one */
  private objectsOf(asked: string[] | undefined, snapshot: TenantSnapshot): string[] {
    const all = this.registry.allForTenant(snapshot).filter(({ listed }) => listed);
    const keys = asked?.length ? asked.map((each) => this.registry.find(each, snapshot).key) : undefined;
    return all.flatMap(({ key }) => (!keys || keys.includes(key) ? [key] : []));
  }

  private partsOf(plans: ObjectPlan[]): SearchPart[] {
    const byIndex = Map.groupBy(
      plans.filter(({ told, untold }) => told ?? untold),
      ({ told, untold }) => this.indexes.ofForm((told ?? untold)!.form)!,
    );
    return [...byIndex].map(([index, own]) => ({ index, plans: own }));
  }

  private async find(
    parts: SearchPart[],
    request: Parameters<typeof searchStatement>[1],
    limit: number,
    after: Position | undefined,
  ): Promise<MatchRow[]> {
    if (!parts.length || (!request.text.terms.length && !request.text.wholes.length)) return [];
    return this.repository.find(await searchStatement(parts, request, limit, after));
  }

  private continued(cursor: string, binding: string): Continued {
    const { values, id } = this.cursors.open(cursor, binding);
    const [points, object, now, tolerant] = values as string[];
    return {
      after: { points: Number(points), object: object!, id },
      now: now!,
      isTolerant: tolerant === 'yes',
    };
  }

  private cursorAfter(
    { points, object, id }: MatchRow,
    now: string,
    isTolerant: boolean,
    binding: string,
  ): string {
    return this.cursors.seal(
      { values: [String(points), object, now, isTolerant ? 'yes' : 'no'], id },
      binding,
    );
  }
}

/** Number of hits, at least of those objects that are on the page. */
function total(rows: MatchRow[]): number {
  return [...new Map(rows.map(({ object, count }) => [object, count])).values()].reduce(
    (sum, count) => sum + count,
    0,
  );
}

/** Returns the fields that read a search text in a form of their own. */
function formedFields(plans: ObjectPlan[]) {
  const fields = plans.flatMap((plan) =>
    plan.fields.map(({ field }) => field).filter((f) => f.traits.looksLikeValue),
  );
  return [...new Map(fields.map((f) => [f.form, f])).values()];
}
