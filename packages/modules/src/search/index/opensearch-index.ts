import type { Client } from '@opensearch-project/opensearch';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { TransientError } from '@pellucid/platform/jobs';
import type { QueryParts } from '@pellucid/platform/records';
import type { SearchDocument } from '../documents/record-documents.js';
import { tenantCode, type Weight } from '../text/lexemes.js';
import type { SearchText } from '../text/search-text.js';
import { matches, type RatedDocument, type RatedMatch, rated } from './rating.js';
import { type MatchRequest, MOST_HITS, type SearchIndex } from './search-index.js';

/** Documents that one request reads. */
const PAGE = 5_000;

const WEIGHTS: Weight[] = ['A', 'B', 'C', 'D'];
const keyword = { type: 'keyword' } as const;
const MAPPINGS = {
  dynamic: false,
  properties: {
    tenant: keyword,
    object: keyword,
    record_id: keyword,
    class: { type: 'integer' },
    words: { properties: Object.fromEntries(WEIGHTS.map((weight) => [weight, keyword])) },
    typos: keyword,
  },
} as const;

const RELATION =
  'object text, record_id uuid, class smallint, version integer, begins real, whole real, recency real, own boolean, points integer, is_cut boolean';

/**
 * The index in OpenSearch. It finds documents by the same words as the one in Postgres; what matches is rated here by the
 * same rules. Documents become visible to searches within a second; until then, searches take them from the log.
 */
export class OpenSearchIndex implements SearchIndex {
  readonly name = 'opensearch';
  private made: Promise<void> | undefined;

  /** @param index name of the index, which is created when it is first needed */
  constructor(
    private readonly client: Client,
    private readonly index: string,
  ) {}

  async put(uow: UnitOfWork, object: string, documents: SearchDocument[], gone: string[]): Promise<void> {
    const tenant = uow.tenantId;
    await this.ensure();
    if (documents.length)
      await this.asking(async () => {
        const { body } = await this.client.bulk({
          body: documents.flatMap(({ lexemes: _, ...document }) => [
            {
              index: {
                _index: this.index,
                _id: `${tenant}:${object}:${document.record_id}:${document.class}`,
              },
            },
            { tenant, ...document },
          ]),
        });
        if (body.errors) throw new TransientError('OpenSearch did not take all documents');
      });
    if (gone.length)
      await this.remove([{ term: { tenant } }, { term: { object } }, { terms: { record_id: gone } }]);
  }

  async sweep(uow: UnitOfWork, object: string, after: string | null, last: string | null, living: string[]) {
    const range = { ...(after === null ? {} : { gt: after }), ...(last === null ? {} : { lte: last }) };
    await this.remove(
      [
        { term: { tenant: uow.tenantId } },
        { term: { object } },
        ...((after ?? last) ? [{ range: { record_id: range } }] : []),
      ],
      [{ terms: { record_id: living } }],
    );
  }

  async drop(uow: UnitOfWork, object: string, of: number): Promise<boolean> {
    await this.remove([{ term: { tenant: uow.tenantId } }, { term: { object } }, { term: { class: of } }]);
    return false;
  }

  async matches(request: MatchRequest, parts: QueryParts): Promise<string> {
    const tenant = requireTenant();
    const code = tenantCode(tenant);
    const { text, isTolerant, documents, changed, isCapped } = request;
    const rater = {
      memberId: request.memberId,
      ranksOwn: new Set(documents.flatMap(({ object, ranksOwn }) => (ranksOwn ? [object] : []))),
      now: request.now,
    };
    await this.ensure();
    const found: (RatedMatch & { is_cut: boolean })[] = [];
    for (const { object, classes } of documents) {
      const filter = [
        { term: { tenant } },
        { term: { object } },
        { terms: { class: classes } },
        wordsQuery(text, code, isTolerant),
      ];
      const hits = await this.read(filter, changed, isCapped ? MOST_HITS + 1 : null);
      const newer = request.newer.filter(
        (each) =>
          each.object === object && classes.includes(each.class) && matches(each, text, code, isTolerant),
      );
      const own = [...hits, ...newer].map((document) => rated(document, text, rater));
      const isCut = isCapped && own.length > MOST_HITS;
      own.sort((a, b) => b.points - a.points || (a.record_id < b.record_id ? -1 : 1));
      found.push(...(isCut ? own.slice(0, MOST_HITS) : own).map((match) => ({ ...match, is_cut: isCut })));
    }
    return `json_to_recordset(${parts.param(JSON.stringify(found))}::json) as given (${RELATION})`;
  }

  /** Reads the documents that fulfil the filter, page by page. @param most how many, null for all */
  private async read(filter: object[], without: string[], most: number | null): Promise<RatedDocument[]> {
    const found: RatedDocument[] = [];
    let after: string[] | undefined;
    for (;;) {
      const size = Math.min(PAGE, most === null ? PAGE : most - found.length);
      const { body } = await this.asking(() =>
        this.client.search({
          index: this.index,
          body: {
            size,
            query: { bool: { filter, must_not: [{ terms: { record_id: without } }] } },
            sort: [{ record_id: 'desc' }],
            ...(after ? { search_after: after } : {}),
          } as never,
        }),
      );
      const { hits } = body.hits as unknown as { hits: { _source: RatedDocument; sort: string[] }[] };
      found.push(...hits.map(({ _source }) => _source));
      if (hits.length < size || found.length === most) return found;
      after = hits.at(-1)!.sort;
    }
  }

  private async remove(filter: object[], mustNot: object[] = []): Promise<void> {
    await this.ensure();
    await this.asking(async () => {
      // Only what is visible can be deleted.
      await this.client.indices.refresh({ index: this.index });
      await this.client.deleteByQuery({
        index: this.index,
        conflicts: 'proceed',
        body: { query: { bool: { filter, must_not: mustNot } } } as never,
      });
    });
  }

  private ensure(): Promise<void> {
    this.made ??= this.asking(async () => {
      const { body: isThere } = await this.client.indices.exists({ index: this.index });
      if (isThere) return;
      try {
        await this.client.indices.create({ index: this.index, body: { mappings: MAPPINGS } as never });
      } catch (error) {
        // Another process was faster.
        if (!String(error).includes('resource_already_exists')) throw error;
      }
    }).catch((error) => {
      this.made = undefined;
      throw error;
    });
    return this.made;
  }

  /** Talks to OpenSearch. Its failures pass, so whoever works for it tries again. @throws TransientError */
  private async asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof TransientError) throw error;
      throw new TransientError(`OpenSearch failed: ${String(error)}`);
    }
  }
}

/** Returns the query for documents with all words of a search, or the whole text as a value. */
function wordsQuery({ terms, wholes }: SearchText, code: string, isTolerant: boolean): object {
  const begin = (wanted: string[]) =>
    WEIGHTS.flatMap((weight) => wanted.map((each) => ({ prefix: { [`words.${weight}`]: each } })));
  const any = (queries: object[]) => ({ bool: { should: queries, minimum_should_match: 1 } });
  const all = terms.map(({ beginnings, typos }) =>
    any([
      ...begin(beginnings),
      ...(isTolerant && typos.length ? [{ terms: { typos: typos.map((typo) => code + typo) } }] : []),
    ]),
  );
  return any([...(all.length ? [{ bool: { filter: all } }] : []), ...begin(wholes)]);
}
