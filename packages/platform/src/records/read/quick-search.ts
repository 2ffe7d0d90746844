import {
  type FilterContext,
  isToldEverywhere,
  namesAreClear,
  type QueryParts,
  toldSql,
} from '../decide/index.js';
/** The quick search `q`: finds words anywhere in a record's searchable texts, and values such as phone numbers in any notation. */
import { likePattern, normalizeText } from '@pellucid/conditions';
import { type FieldDescriptor, isInOwnRow, type RecordDescriptor } from '../describe/index.js';

/**
 * Maximum number of matches per word that a page of a quick search examines. Counts, sums and selections examine all.
 */
export const QUICK_SEARCH_CAP = 1000;
/** Maximum number of words in a quick search; further ones are ignored. */
const MOST_WORDS = 8;

/** A column to search, and the pattern to search for. */
interface SearchedColumn {
  column: string;
  /** Predicate for the rows in which the actor may see the column; undefined for all rows. */
  told?: string | undefined;
  /** The text itself, if the column holds more than that. */
  text?: string | undefined;
  needlesOf(text: string): string[];
}

/**
 * Compiles the words of a quick search to predicates; each word must occur. A text that looks like a single value, such
 * as a phone number, is also searched for as a whole.
 * @param cap maximum number of matches examined per word: {@link QUICK_SEARCH_CAP} for a page, null (no limit) when
 *   rows are counted or written
 */
export function quickSearchSql(
  q: string,
  context: FilterContext,
  parts: QueryParts,
  deleted: boolean,
  cap: number | null,
): string[] {
  const { descriptor } = context;
  const columns = searchedColumns(context, parts);
  if (columns.length === 0) return ['false'];
  const looksLikeValue = (text: string) => descriptor.fields.some((f) => f.traits.looksLikeValue?.(text));
  const words = normalizeText(q).split(' ').filter(Boolean).slice(0, MOST_WORDS);
  /**
   * The other words, which the same record must contain. Without them, a word that more records contain than are examined
   * would hide the record that contains all words. Words that look like values with a form of their own (phone numbers) narrow nothing.
   */
  const othersThan = (text: string) => {
    const others = cap === null ? [] : words.filter((word) => word !== text && !looksLikeValue(word));
    if (!words.includes(text) || others.length === 0) return `'{}'`;
    return `${parts.param(others.map((word) => likePattern('contains', word)))}::text[]`;
  };
  /** Selects the ids of the records that contain the text in one of the columns. */
  const idsOf = (some: SearchedColumn[], text: string) =>
    some
      .flatMap(({ column, needlesOf, text: own }) =>
        needlesOf(text).map((needle) => {
          const pattern = parts.param(likePattern('contains', needle));
          if (own)
            return `select t.id from ${descriptor.source} t where t.id in (${askedOnce(`select ${textMatch(descriptor, column, [pattern, 'null', deleted, 'null'])}`)}) and ${own} like ${pattern}`;
          // The index covers all searchable texts together. If some are withheld, it only narrows the search, and the
          // visible columns decide.
          const prefilter = column === 'search_norm' ? 'null' : pattern;
          return `select ${textMatch(descriptor, column, [pattern, prefilter, deleted, cap, othersThan(text)])}`;
        }),
      )
      .join(' union ');
  const always = columns.filter(({ told }) => !told);
  const sometimes = columns.filter(({ told }) => told);
  const holding = (text: string) => {
    const ways = [
      ...(always.length ? [`t.id in (${askedOnce(idsOf(always, text))})`] : []),
      ...sometimes.map((column) => `${column.told} and t.id in (${askedOnce(idsOf([column], text))})`),
    ];
    return ways.length === 1 ? ways[0]! : `(${ways.join(' or ')})`;
  };
  if (words.length === 1 || !looksLikeValue(q)) return words.map(holding);
  if (sometimes.length) return [`((${holding(q)}) or (${words.map(holding).join(' and ')}))`];
  const each = words.map((word) => `(${idsOf(always, word)})`).join(' intersect ');
  return [`t.id in (${askedOnce(`(${idsOf(always, q)}) union (${each})`)})`];
}

/**
 * Returns the combined column of all searchable texts; if some are withheld, returns the columns that the actor sees
 * unmasked.
 */
function searchedColumns(context: FilterContext, parts: QueryParts): SearchedColumn[] {
  const { descriptor } = context;
  const decision = context.access.decide(descriptor.key, 'read', context.snapshot);
  const searchable = descriptor.fields.filter((f) => f.searchable && isInOwnRow(f));
  const isNameHidden = !namesAreClear(decision, descriptor, context);
  const { rules } = decision;
  const seen = searchable.filter((f) => rules.canFilter(f.key));
  const isAllSeen =
    seen.length === searchable.length && seen.every((f) => isToldEverywhere(f, descriptor, rules, context));
  if (isAllSeen && !isNameHidden) {
    const formed = searchable.filter((f) => f.traits.looksLikeValue);
    return [{ column: 'search_norm', needlesOf: (text) => needlesIn(text, formed) }];
  }
  const name = { column: 'display_norm', needlesOf: (text: string) => needlesIn(text, []) };
  return [
    ...(isNameHidden ? [] : [name]),
    ...seen.map((f) => ({
      column: f.storage.searchColumn ?? 'search_norm',
      text: f.storage.searchColumn ? undefined : f.storage.norm!('t'),
      told: toldSql(f, descriptor, 't', parts, rules, context),
      needlesOf: (text: string) => [f.form.match('contains', text).needle || normalizeText(text)],
    })),
  ];
}

/**
 * Returns a text in the form that names are searched in and, if it looks like a value of one of the fields, in the form
 * of that field.
 * @param formed fields whose values have a form of their own
 */
function needlesIn(text: string, formed: FieldDescriptor[]): string[] {
  const plain = normalizeText(text);
  const likely = formed.filter((f) => f.traits.looksLikeValue!(text));
  if (likely.length === 0) return [plain];
  const needles = likely.map((f) => f.form.match('contains', text).needle);
  return [...new Set([plain, ...needles])].filter(Boolean);
}

/**
 * Wraps a selection of ids so that it is carried out once. For a table whose statistics are older than its rows, the planner
 * would carry it out anew for each of them.
 */
export function askedOnce(ids: string): string {
  return `with found (id) as materialized (${ids}) select id from found`;
}

/**
 * Returns the call of the function that finds the ids of the records whose text matches.
 * @param given pattern, prefilter, whether deleted records are meant, limit, further patterns
 */
export function textMatch(object: RecordDescriptor, column: string, given: unknown[]): string {
  return `record_text_match('${object.table}', '${column}', ${given.map(String).join(', ')}${partOfMatch(object)})`;
}

/** Returns the end of a call of a text function: in which part of a table that objects share it looks. */
export const partOfMatch = ({ part }: RecordDescriptor) =>
  part ? `, p_part => '${part.column}', p_part_value => ${part.value}` : '';
