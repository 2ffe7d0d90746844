import type { Condition } from '@pellucid/conditions';
import type { RecordReference } from '@/records/object-description';
import type { AssignmentRule, AssignmentRuleCreate, Target } from '../api/assignment';

export const METHODS = ['roundRobin', 'weighted', 'load'] as const;
export type Method = (typeof METHODS)[number];
export const KINDS = ['team', 'member', 'territory'] as const;
export type Kind = (typeof KINDS)[number];

/** A rule as its dialog holds it. */
export interface RuleDraft {
  name: string;
  condition: Condition | undefined;
  territory: string | null;
  kind: Kind;
  member: RecordReference | null;
  team: RecordReference | null;
  method: Method;
  weights: Record<string, number>;
  limit: number | undefined;
}

export const emptyRule = (): RuleDraft => ({
  name: '',
  condition: undefined,
  territory: null,
  kind: 'team',
  member: null,
  team: null,
  method: 'roundRobin',
  weights: {},
  limit: undefined,
});

/** In: a rule, and names of people and teams by id. */
export function draftOf(rule: AssignmentRule, names: Record<string, string>): RuleDraft {
  const { target } = rule;
  const named = (id: string) => ({ id, name: names[id] ?? id });
  return {
    ...emptyRule(),
    name: rule.name,
    condition: (rule.condition as Condition | null) ?? undefined,
    territory: rule.territory,
    kind: target.kind,
    ...(target.kind === 'member'
      ? { member: named(target.member) }
      : {
          method: target.method,
          weights: { ...target.weights },
          limit: target.limit,
          ...(target.kind === 'team' ? { team: named(target.team) } : {}),
        }),
  };
}

/** Whether everything is filled in that a rule needs. */
export const isComplete = ({ name, kind, member, team }: RuleDraft): boolean =>
  name.trim() !== '' && (kind === 'member' ? member !== null : kind === 'team' ? team !== null : true);

/** In: a complete draft. Out: the body that saves it. */
export function ruleOf(draft: RuleDraft) {
  const { name, condition, territory } = draft;
  return {
    name: name.trim(),
    condition: (condition ?? null) as NonNullable<AssignmentRuleCreate['condition']> | null,
    territory,
    target: targetOf(draft),
  };
}

function targetOf({ kind, member, team, method, weights, limit }: RuleDraft): Target {
  if (kind === 'member') return { kind, member: member!.id };
  const taking = {
    method,
    ...(method === 'weighted' && Object.keys(weights).length ? { weights } : {}),
    ...(limit === undefined ? {} : { limit }),
  };
  return kind === 'team' ? { kind, team: team!.id, ...taking } : { kind, ...taking };
}
