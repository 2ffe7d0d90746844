import type { RuleScore } from '@pellucid/platform/records';

/** An existing record, or an earlier row of the same request, that a row may be a duplicate of. */
export interface FoundDuplicate {
  object: string;
  /** Null for a new record of the same request. */
  id: string | null;
  /** Null if the caller may see the record, but not its name. */
  name: string | null;
  /** Position of the row in the same request, from 0. */
  row?: number;
  /** Why, the best match first. */
  rules: RuleScore[];
}

/** How alike two records are by the best of some rules, in percent. */
export const bestScore = (rules: readonly Pick<RuleScore, 'score'>[]): number =>
  Math.max(...rules.map(({ score }) => score));

/** Compares duplicates: the best first; of equally good ones, other rows of the request, then the newest records. */
export function byScore(a: FoundDuplicate, b: FoundDuplicate): number {
  const better = bestScore(b.rules) - bestScore(a.rules);
  if (better || a.id === b.id) return better || (a.row ?? 0) - (b.row ?? 0);
  if (a.id === null || b.id === null) return a.id === null ? -1 : 1;
  return a.id < b.id ? 1 : -1;
}
