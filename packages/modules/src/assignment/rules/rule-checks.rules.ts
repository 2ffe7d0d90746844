/** What rules and territories may say, given the company's fields, people and teams. */
import { checkCondition, type Condition } from '@pellucid/conditions';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import { ownFields, type RecordDescriptor } from '@pellucid/platform/records';
import type { TenantSnapshot } from '@pellucid/platform/access';
import type { RuleValues, TerritoryValues } from './assignment-rules.repository.js';

/** What a rule or territory is checked against. */
export interface CheckGround {
  lead: RecordDescriptor;
  snapshot: TenantSnapshot;
  territories: ReadonlySet<string>;
}

/** Returns what is wrong with a rule, each with a pointer into the body. */
export function ruleProblems(
  { condition, territory, target }: RuleValues,
  ground: CheckGround,
): FieldProblem[] {
  const problems = condition ? conditionProblems(condition, ground.lead) : [];
  if (territory !== null && !ground.territories.has(territory))
    problems.push({
      pointer: pointer('territory'),
      code: 'unknownTerritory',
      message: "This territory doesn't exist. Choose one from GET /territories.",
    });
  if (target.kind === 'member' && ground.snapshot.members.get(target.member)?.status !== 'active')
    problems.push({
      pointer: pointer('target', 'member'),
      code: 'notActive',
      message: "This person can't log in, so they can't be given leads. Choose an active person.",
    });
  if (target.kind === 'team') problems.push(...teamProblems(target.team, ground, ['target', 'team']));
  if (target.kind !== 'member' && target.weights && target.method !== 'weighted')
    problems.push({
      pointer: pointer('target', 'weights'),
      code: 'onlyForWeighted',
      message: 'Only the method "weighted" has weights. Remove them.',
    });
  return problems;
}

/** Returns what is wrong with a territory, each with a pointer into the body. */
export const territoryProblems = (
  { condition, team }: TerritoryValues,
  ground: CheckGround,
): FieldProblem[] => [...conditionProblems(condition, ground.lead), ...teamProblems(team, ground, ['team'])];

/** Rules run before a record is stored, so they ask only fields of the record itself. */
const conditionProblems = (condition: Condition, lead: RecordDescriptor): FieldProblem[] =>
  checkCondition(condition, ownFields(lead)).map((problem) => ({
    ...problem,
    pointer: pointer('condition') + problem.pointer,
  }));

const teamProblems = (team: string, { snapshot }: CheckGround, at: string[]): FieldProblem[] =>
  snapshot.teams.has(team)
    ? []
    : [
        {
          pointer: pointer(...at),
          code: 'unknownTeam',
          message: "This team doesn't exist. Choose one from GET /teams.",
        },
      ];
