/** Whether two records are duplicates by a rule, and why. */
import type { MatchMethod } from '../../access/index.js';
import type { RecordState } from '../describe/index.js';
import { comparedForm, type MatchPlan } from './match-plans.js';
import { DEFAULT_THRESHOLD, likeness } from './similarity.js';

/** What a condition found. */
export interface ConditionScore {
  method: MatchMethod;
  /** Keys of the compared fields of either record. */
  fields: string[];
  otherFields: string[];
  /** How alike the values are, in percent. */
  score: number;
}

/** Why two records are duplicates. */
export interface RuleScore {
  rule: { id: string; name: string };
  /** The lowest score of its conditions. */
  score: number;
  conditions: ConditionScore[];
}

/** A record as a rule compares it. */
export interface Compared {
  object: string;
  state: Readonly<RecordState>;
}

/** Compares two records by a rule. @returns undefined if they are no duplicates */
export function judged({ rule, sides }: MatchPlan, a: Compared, b: Compared): RuleScore | undefined {
  const [own, other] = [sides.get(a.object), sides.get(b.object)];
  if (!own || !other) return undefined;
  const conditions: ConditionScore[] = [];
  for (const [n, condition] of rule.conditions.entries()) {
    const [left, right] = [own.fields[n]!, other.fields[n]!];
    const [x, y] = [comparedForm(condition, left, a.state), comparedForm(condition, right, b.state)];
    if (x === null || y === null) return undefined;
    const score = condition.method === 'fuzzy' ? likeness(x, y) : x === y ? 100 : 0;
    if (score < (condition.method === 'fuzzy' ? (condition.threshold ?? DEFAULT_THRESHOLD) : 100))
      return undefined;
    conditions.push({
      method: condition.method,
      fields: left.map(({ key }) => key),
      otherFields: right.map(({ key }) => key),
      score,
    });
  }
  return {
    rule: { id: rule.id, name: rule.name },
    score: Math.min(...conditions.map(({ score }) => score)),
    conditions,
  };
}

/** Whether a rule compares similar values, so that shared keys are not enough. */
export const isFuzzy = ({ rule }: MatchPlan): boolean =>
  rule.conditions.some(({ method }) => method === 'fuzzy');
