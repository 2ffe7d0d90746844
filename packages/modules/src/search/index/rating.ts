import type { SearchText } from '../text/search-text.js';
import type { Weight } from '../text/lexemes.js';

/** What the weight of a word counts, as in `search_matches`. */
const WEIGHTS: Readonly<Record<Weight, number>> = { A: 1, B: 0.7, C: 0.4, D: 0.2 };
const MONTH_MS = 30 * 86_400_000;

/** A document as an index outside of Postgres holds it. */
export interface RatedDocument {
  object: string;
  record_id: string;
  class: number;
  version: number;
  owner_id: string | null;
  changed_at: string;
  words: Record<Weight, string[]>;
  typos: string[];
}

/** A match with the parts of its score, as `search_matches` returns it. */
export interface RatedMatch {
  object: string;
  record_id: string;
  class: number;
  version: number;
  begins: number;
  whole: number;
  recency: number;
  own: boolean;
  points: number;
}

/** By whom and when is searched. */
export interface Rater {
  memberId: string | null;
  /** Objects in which owning a record brings it forward. */
  ranksOwn: ReadonlySet<string>;
  now: string;
}

/** Whether a document has all words of a search, or the whole text as a value. @param code stands before its typos */
export function matches(
  { words, typos }: RatedDocument,
  text: SearchText,
  code: string,
  isTolerant: boolean,
): boolean {
  const all = Object.values(words).flat();
  const begins = (beginnings: string[]) =>
    beginnings.some((each) => all.some((word) => word.startsWith(each)));
  if (begins(text.wholes)) return true;
  const misspelt = new Set(isTolerant ? typos : []);
  return (
    text.terms.length > 0 &&
    text.terms.every(
      (term) => begins(term.beginnings) || term.typos.some((typo) => misspelt.has(code + typo)),
    )
  );
}

/** Rates a document that matches. */
export function rated(
  document: RatedDocument,
  text: SearchText,
  { memberId, ranksOwn, now }: Rater,
): RatedMatch {
  const begins = share(document, text, (word, wanted) => word.startsWith(wanted));
  const whole = share(document, text, (word, wanted) => word === wanted);
  const age = Math.max(0, Date.parse(now) - Date.parse(document.changed_at));
  const recency = 1 / (1 + age / MONTH_MS);
  const own = memberId !== null && document.owner_id === memberId && ranksOwn.has(document.object);
  const { object, record_id, version } = document;
  const points = Math.round(600 * begins + 200 * whole + 120 * recency + (own ? 80 : 0));
  return { object, record_id, class: document.class, version, begins, whole, recency, own, points };
}

/** Returns how well the words of a search occur in a document, 0 to 1: the mean of their best weights. */
function share(
  { words }: RatedDocument,
  { terms, wholes }: SearchText,
  is: (word: string, wanted: string) => boolean,
): number {
  const best = (wanted: string[]) =>
    Math.max(
      0,
      ...(Object.keys(WEIGHTS) as Weight[])
        .filter((weight) => words[weight].some((word) => wanted.some((each) => is(word, each))))
        .map((weight) => WEIGHTS[weight]),
    );
  const own = terms.map(({ beginnings }) => best(beginnings));
  const mean = own.length ? own.reduce((sum, each) => sum + each, 0) / own.length : 0;
  return Math.max(mean, best(wholes));
}
