import type { Condition } from '@pellucid/conditions';
import type { Scope } from '@pellucid/platform/access';

/** Describes a condition in words: `amount is less than 50000 and stage is one of …`. */
export function conditionInWords(
  condition: Condition,
  labelOf: (field: string) => string,
  operatorOf: (op: string, field: string) => string,
): string {
  if ('all' in condition || 'any' in condition) {
    const isAll = 'all' in condition;
    const parts = (isAll ? condition.all : condition.any).map((c) =>
      conditionInWords(c, labelOf, operatorOf),
    );
    if (!parts.length) return isAll ? 'always' : 'never';
    return parts.length === 1 ? parts[0]! : `(${parts.join(isAll ? ' and ' : ' or ')})`;
  }
  if ('not' in condition) return `not ${conditionInWords(condition.not, labelOf, operatorOf)}`;
  if ('lines' in condition) {
    const { lines, match, where } = condition;
    return `${match} of ${labelOf(lines)} has (${conditionInWords(where, labelOf, operatorOf)})`;
  }
  const value = condition.value;
  const shown = value === undefined ? '' : ` ${Array.isArray(value) ? value.join(', ') : String(value)}`;
  return `${labelOf(condition.field)} ${operatorOf(condition.op, condition.field)}${shown}`;
}

/** What a scope covers, in words that follow "covers". */
export const SCOPE_WORDS: Record<Scope, string> = {
  none: 'no records',
  own: 'records they own',
  team: 'records of their team and teams they manage',
  teamAndBelow: 'records of their team, teams they manage and all teams below',
  legalEntity: 'records of their legal entities',
  all: 'all records',
};
