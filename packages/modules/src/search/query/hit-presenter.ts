import { Inject, Injectable } from '@nestjs/common';
import {
  type FilterContext,
  type LoadedRecord,
  presentedValue,
  type PresentedRecord,
  presentRecord,
  type ReadPlan,
  RecordReader,
  visibilityIn,
} from '@pellucid/platform/records';
import type { SearchedField } from '../documents/searched-fields.js';
import { matchTerms, type TermMatch } from '../text/match-terms.js';
import type { SearchText } from '../text/search-text.js';
import { SearchRepository } from './search.repository.js';
import { snippetOf } from './snippet.js';
import { type Hit, type Match, type MatchedField, SCORE_WEIGHTS } from './search.types.js';

/** A searched object, for the one who searches. */
export interface SearchedObject {
  context: FilterContext;
  /** The fields that are searched. */
  fields: SearchedField[];
}

/** A record as the searcher sees it, with what of the search occurs in its fields. */
export interface SeenRecord {
  presented: PresentedRecord;
  title: string;
  matches: { searched: SearchedField; terms: (TermMatch | undefined)[]; values: string[] }[];
}

const STRENGTH: readonly TermMatch[] = ['misspelt', 'beginning', 'word'];

/** Reads the records of a page of hits and presents them: title, snippet and explanation are what a read would show. */
@Injectable()
export class HitPresenter {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(SearchRepository) private readonly repository: SearchRepository,
  ) {}

  /** Returns the hits in the order of the matches. A record that is gone by now is left out. */
  async present(
    matches: Match[],
    objects: ReadonlyMap<string, SearchedObject>,
    text: SearchText,
    explain: boolean,
  ): Promise<Hit[]> {
    const ids = Map.groupBy(matches, ({ object }) => object);
    const seen = await this.read(
      new Map([...ids].map(([object, own]) => [object, own.map(({ id }) => id)])),
      objects,
      text,
    );
    return matches.flatMap((match) => {
      const record = seen.get(`${match.object}/${match.id}`);
      return record ? [this.hitOf(match, record, objects.get(match.object)!, text, explain)] : [];
    });
  }

  /** Reads records as the searcher sees them: two statements for each object, in one round trip. */
  async read(
    ids: ReadonlyMap<string, string[]>,
    objects: ReadonlyMap<string, SearchedObject>,
    text: SearchText,
  ): Promise<Map<string, SeenRecord>> {
    const asked = [...ids].map(([object, own]) => {
      const { context } = objects.get(object)!;
      const plan = this.planOf(objects.get(object)!);
      return {
        object,
        plan,
        statements: [
          this.reader.byIds(plan, own, context, 'read', 'living'),
          this.reader.namesOf(object, own, context),
        ],
      };
    });
    if (!asked.length) return new Map();
    const answers = await this.repository.read(asked.flatMap(({ statements }) => statements));
    const seen = new Map<string, SeenRecord>();
    for (const [n, { object, plan }] of asked.entries()) {
      const names = new Map(answers[2 * n + 1]!.map((row) => [row.id as string, row.name as string]));
      for (const row of answers[2 * n]! as any[][]) {
        const record = plan.load(row);
        seen.set(
          `${object}/${record.id}`,
          this.seen(record, objects.get(object)!, names.get(record.id), text),
        );
      }
    }
    return seen;
  }

  private planOf({ context, fields }: SearchedObject): ReadPlan {
    const { nameFields, nameFallbacks } = context.descriptor;
    const keys = new Set([...nameFields, ...nameFallbacks, ...fields.map(({ field }) => field.key)]);
    // Amounts are shown with their currency's decimals.
    for (const { field } of fields)
      if (typeof field.currency === 'object' && 'field' in field.currency) keys.add(field.currency.field);
    return this.reader.readPlan(context, [...keys], false);
  }

  private seen(
    record: LoadedRecord,
    { context, fields }: SearchedObject,
    name: string | undefined,
    text: SearchText,
  ): SeenRecord {
    const { descriptor, snapshot } = context;
    const access = context.access.decide(descriptor.key, 'read', snapshot);
    const rules = access.rulesFor(record.bits);
    const naming = [...descriptor.nameFields, ...descriptor.nameFallbacks].map(
      (key) => descriptor.byKey.get(key)!,
    );
    const shown = [...new Set([...naming, ...fields.map(({ field }) => field)])];
    const presented = presentRecord(
      record,
      { descriptor, access, baseCurrency: snapshot.settings.baseCurrency },
      shown,
    );
    const matches = fields.flatMap((searched) => {
      if (visibilityIn(record, rules, searched.field.key) !== 'clear') return [];
      const values = shownValues(presentedValue(presented, searched.field));
      const terms = matchTerms(
        text,
        values.flatMap((value) => searched.lexemes(value)),
      );
      return terms.some(Boolean) ? [{ searched, terms, values }] : [];
    });
    return { presented, title: name ?? maskedName(presented, context), matches };
  }

  private hitOf(
    match: Match,
    record: SeenRecord,
    { context }: SearchedObject,
    text: SearchText,
    explain: boolean,
  ): Hit {
    const { descriptor } = context;
    const naming = new Set([...descriptor.nameFields, ...descriptor.nameFallbacks]);
    const isInTitle = ({ searched }: SeenRecord['matches'][number]) =>
      naming.has(searched.field.key) && record.title.includes(String(record.presented[searched.field.key]));
    const inTitle = record.matches.filter(isInTitle);
    const isTold = (at: number) => inTitle.some(({ terms }) => terms[at]);
    const others = record.matches
      .filter((each) => !isInTitle(each))
      .map((each) => ({ each, tells: each.terms.filter((term, at) => term && !isTold(at)).length }))
      .filter(({ tells }) => tells > 0)
      .sort((a, b) => b.tells - a.tells);
    const best = others[0]?.each;
    const snippet = best && snippetOf(best.values, best.searched, text);
    this.note(context, record.presented.id, best?.searched);
    return {
      object: match.object,
      id: match.id,
      title: record.title,
      ...(best && snippet ? { snippet, field: best.searched.field.key } : {}),
      score: match.points,
      ...(explain
        ? {
            explanation: {
              fields: fieldsOf(record),
              parts: {
                beginnings: Math.round(SCORE_WEIGHTS.beginnings * match.begins),
                words: Math.round(SCORE_WEIGHTS.words * match.whole),
                recency: Math.round(SCORE_WEIGHTS.recency * match.recency),
                own: match.own ? SCORE_WEIGHTS.own : 0,
              },
            },
          }
        : {}),
    };
  }

  /** Reports what a hit shows of a record. */
  private note(context: FilterContext, id: string, snippet: SearchedField | undefined): void {
    if (!this.reader.isObserved) return;
    const { descriptor, access, snapshot } = context;
    const { rules } = access.decide(descriptor.key, 'read', snapshot);
    const naming = descriptor.nameFields.map((key) => descriptor.byKey.get(key)!);
    this.reader.noteShown(context, rules, snippet ? [...naming, snippet.field] : naming, [id]);
  }
}

/** Returns which fields of a record match, and how. */
export function fieldsOf({ matches }: SeenRecord): MatchedField[] {
  return matches.map(({ searched, terms }) => ({
    field: searched.field.key,
    label: searched.field.label,
    match: STRENGTH[Math.max(...terms.map((term) => (term ? STRENGTH.indexOf(term) : -1)))]!,
  }));
}

/** Returns the texts of a value as it is shown: names of references, else the value. */
function shownValues(value: unknown): string[] {
  return [value ?? []].flat().flatMap((each) => {
    if (typeof each === 'object' && each !== null) return (each as { name?: string }).name || [];
    return each === '' ? [] : String(each);
  });
}

/** Returns the name of a record whose name may not be shown as it is, made of what may be. */
function maskedName(presented: PresentedRecord, { descriptor }: FilterContext): string {
  const state = Object.fromEntries(
    [...descriptor.nameFields, ...descriptor.nameFallbacks].map((key) => [key, presented[key] ?? null]),
  );
  return descriptor.displayName(state, {}) || `${descriptor.label} ${presented.id.slice(-6)}`;
}
