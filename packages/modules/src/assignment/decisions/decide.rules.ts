/** Which rule gives a record to whom, and why the others don't. Pure: everything they depend on is given. */
import type { AssignmentRule, AssignmentSettings, Territory, TurnTaking } from '@pellucid/platform/access';
import { type Condition, fieldsOf } from '@pellucid/conditions';
import { FIRST_TURN, next, taken, type Turn } from './turns.rules.js';

/** Why somebody isn't given a record although it could be their turn. */
export type PassedReason = 'inactive' | 'limit';

/** Somebody who was passed over. */
export interface Passed {
  member: string;
  reason: PassedReason;
}

/** What one rule says about a record. */
export interface RuleVerdict {
  rule: AssignmentRule;
  /** `unmet`: it isn't about the record; `nobody`: nobody could be given it; `fits`: this one decides. */
  outcome: 'unmet' | 'nobody' | 'fits';
  territory?: Territory;
  owner?: string;
  /** Who could have been given it. */
  able: readonly string[];
  passed: Passed[];
}

/** What a decision depends on, besides rules and the record. */
export interface Ground {
  /** Whether a condition holds for the record. */
  holds(condition: Condition): boolean;
  /** People of a team, in a lasting order. */
  peopleOf(team: string): readonly string[];
  /** Whether a person can log in and work. */
  isActive(person: string): boolean;
  openOf(person: string): number;
  turnOf(rule: string): Turn;
}

/** Returns the territory in which a rule looks at a record: false if the record is outside of it. */
function territoryFor(
  { territory, target }: AssignmentRule,
  territories: readonly Territory[],
  holds: Ground['holds'],
): Territory | undefined | false {
  if (territory === null && target.kind !== 'territory') return undefined;
  const possible = territory === null ? territories : territories.filter(({ id }) => id === territory);
  return possible.find(({ condition }) => holds(condition)) ?? false;
}

/** Returns how a rule takes turns; undefined if it names one person. */
export const turnTakingOf = ({ target }: AssignmentRule): TurnTaking | undefined =>
  target.kind === 'member' ? undefined : target;

/** Returns the team that a rule chooses from; undefined if it names one person. */
export function teamOf({ target }: AssignmentRule, territory: Territory | undefined): string | undefined {
  if (target.kind === 'member') return undefined;
  return target.kind === 'team' ? target.team : territory?.team;
}

/** Returns what a rule's condition says about a record: `false`, or the territory that the record is in. */
export function fits(
  rule: AssignmentRule,
  { territories }: AssignmentSettings,
  holds: Ground['holds'],
): { territory: Territory | undefined } | false {
  if (rule.condition && !holds(rule.condition)) return false;
  const territory = territoryFor(rule, territories, holds);
  return territory === false ? false : { territory };
}

/** Returns the verdicts of all rules up to the one that decides, in order. */
export function decide(settings: AssignmentSettings, ground: Ground): RuleVerdict[] {
  const verdicts: RuleVerdict[] = [];
  for (const rule of settings.rules) {
    const verdict = judge(rule, settings, ground);
    verdicts.push(verdict);
    if (verdict.outcome === 'fits') break;
  }
  return verdicts;
}

/** Returns what a rule says about a record. */
export function judge(rule: AssignmentRule, settings: AssignmentSettings, ground: Ground): RuleVerdict {
  const fit = fits(rule, settings, ground.holds);
  if (!fit) return { rule, outcome: 'unmet', able: [], passed: [] };
  const place = fit.territory ? { territory: fit.territory } : {};
  const team = teamOf(rule, fit.territory);
  const taking = turnTakingOf(rule);
  const people =
    rule.target.kind === 'member' ? [rule.target.member] : team === undefined ? [] : ground.peopleOf(team);
  const passed: Passed[] = [];
  const able = people.filter((member) => {
    const reason = obstacle(member, taking, ground);
    if (reason) passed.push({ member, reason });
    return !reason;
  });
  const owner = taking ? next(taking, able, ground.turnOf(rule.id), ground.openOf) : able[0];
  return owner === undefined
    ? { rule, outcome: 'nobody', ...place, able, passed }
    : { rule, outcome: 'fits', ...place, owner, able, passed };
}

function obstacle(member: string, taking: TurnTaking | undefined, ground: Ground): PassedReason | undefined {
  if (!ground.isActive(member)) return 'inactive';
  return taking?.limit !== undefined && ground.openOf(member) >= taking.limit ? 'limit' : undefined;
}

/** Returns the keys of the fields that rules and territories asked up to a verdict. */
export function fieldsAsked(verdicts: readonly RuleVerdict[], { territories }: AssignmentSettings): string[] {
  const conditions = verdicts.flatMap(({ rule }) => [
    ...(rule.condition ? [rule.condition] : []),
    ...(rule.territory !== null || rule.target.kind === 'territory'
      ? territories
          .filter(({ id }) => rule.territory === null || id === rule.territory)
          .map(({ condition }) => condition)
      : []),
  ]);
  return [...new Set(conditions.flatMap((condition) => fieldsOf(condition).map(([first]) => first!)))].sort();
}

/** Returns where rules stand after verdicts gave out turns, in order. @param start where they stood */
export function turnsAfter(
  verdicts: readonly RuleVerdict[],
  start: ReadonlyMap<string, Turn>,
): Map<string, Turn> {
  const turns = new Map<string, Turn>();
  for (const { rule, owner, able } of verdicts) {
    const taking = turnTakingOf(rule);
    if (!taking || owner === undefined) continue;
    turns.set(rule.id, taken(taking, turns.get(rule.id) ?? start.get(rule.id) ?? FIRST_TURN, owner, able));
  }
  return turns;
}
