import { type Condition, conditionSchema } from '@pellucid/conditions';
import { TURN_METHODS } from '@pellucid/platform/access';
import { nameText } from '@pellucid/platform/http';
import { z } from 'zod';

/** Most rules and territories of a company. */
export const ASSIGNMENT_LIMITS = { rules: 100, territories: 200 } as const;

/** A condition in an answer. */
const shownCondition = () => z.custom<Condition>().meta({ type: 'object' });

const turnTaking = {
  method: z.enum(TURN_METHODS).meta({
    description:
      '`roundRobin`: one after the other. `weighted`: by weight. `load`: whoever has the fewest open leads.',
  }),
  weights: z
    .record(z.uuid(), z.int().min(1).max(10))
    .optional()
    .meta({ description: 'Share of each person by ID, for `weighted`; 1 if left out.' }),
  limit: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .meta({ description: 'Most open leads that a person may have to be given another one.' }),
};

const target = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('member'), member: z.uuid() }),
    z.strictObject({ kind: z.literal('team'), team: z.uuid(), ...turnTaking }),
    z.strictObject({ kind: z.literal('territory'), ...turnTaking }),
  ])
  .meta({
    id: 'AssignmentTarget',
    description:
      'Who gets the leads: a person, the people of a team, or those of the team of their territory.',
  });

/** @param condition the schema of a condition: answers are not checked for the limits of requests */
const partsWith = <Condition extends z.ZodType>(condition: Condition) => ({
  name: nameText(100),
  isActive: z.boolean(),
  condition: condition
    .nullable()
    .meta({ description: 'Which leads the rule is about, by fields of the lead itself. Null: every lead.' }),
  territory: z
    .uuid()
    .nullable()
    .meta({ description: 'The territory that leads must be in as well. Null: any place.' }),
  target,
});

const parts = partsWith(conditionSchema);

/** The body of a new rule. */
export const ruleCreateBody = z
  .strictObject({
    ...parts,
    isActive: parts.isActive.default(true),
    condition: parts.condition.default(null),
    territory: parts.territory.default(null),
  })
  .meta({ id: 'AssignmentRuleCreate' });

/** The body that changes a rule. */
export const ruleChangeBody = z.strictObject(parts).partial().meta({ id: 'AssignmentRuleChange' });

/** The body that puts rules in order. */
export const ruleOrderBody = z
  .strictObject({
    ids: z.array(z.uuid()).max(ASSIGNMENT_LIMITS.rules).meta({
      description: 'Rules, first one first. Those that are left out come after them, as they are.',
    }),
  })
  .meta({ id: 'AssignmentRuleOrder' });

/** A rule. */
export const ruleAnswer = z
  .object({
    id: z.uuid(),
    ...partsWith(shownCondition()),
    name: z.string(),
    version: z.int(),
    updatedAt: z.string(),
  })
  .meta({ id: 'AssignmentRule' });

const names = z.record(z.string(), z.string()).meta({
  description: 'Names of the people and teams that are named, by ID, as far as the caller sees them.',
});

export const rulesAnswer = z.object({ data: z.array(ruleAnswer), names }).meta({ id: 'AssignmentRuleList' });

const territoryPartsWith = <Condition extends z.ZodType>(condition: Condition) => ({
  name: nameText(100),
  condition,
  team: z.uuid(),
});
const territoryParts = territoryPartsWith(conditionSchema);

/** The body of a new territory. */
export const territoryCreateBody = z.strictObject(territoryParts).meta({ id: 'TerritoryCreate' });

/** The body that changes a territory. */
export const territoryChangeBody = z.strictObject(territoryParts).partial().meta({ id: 'TerritoryChange' });

/** A territory. */
export const territoryAnswer = z
  .object({
    id: z.uuid(),
    ...territoryPartsWith(shownCondition()),
    name: z.string(),
    version: z.int(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Territory' });

export const territoriesAnswer = z
  .object({ data: z.array(territoryAnswer), names })
  .meta({ id: 'TerritoryList' });

/** The body that tries the rules. */
export const tryBody = z
  .strictObject({
    lead: z.uuid().optional().meta({ description: 'A lead whose values are tried.' }),
    values: z
      .record(z.string().max(160), z.unknown())
      .optional()
      .meta({ description: 'Values of a lead, by key of the field. They come before those of `lead`.' }),
  })
  .meta({ id: 'AssignmentTrialRequest' });

const person = z.object({ id: z.uuid(), name: z.string().nullable() });
const passed = z.array(z.object({ member: person, reason: z.enum(['inactive', 'limit']) }));

/** What the rules would do. */
export const trialAnswer = z
  .object({
    owner: person.nullable().meta({ description: 'Null: no rule gives the lead to anyone.' }),
    rules: z.array(
      z.object({
        rule: z.object({ id: z.uuid(), name: z.string() }),
        outcome: z.enum(['fits', 'wouldFit', 'unmet', 'nobody']).meta({
          description:
            '`fits`: it decides. `wouldFit`: it would, but one before it decides. `unmet`: it is about other leads. `nobody`: nobody could be given the lead.',
        }),
        territory: z.string().optional(),
        unmet: shownCondition()
          .optional()
          .meta({ description: 'The part of the condition that does not hold.' }),
        outside: z.boolean().optional().meta({ description: 'The lead is in no territory of the rule.' }),
        passed,
      }),
    ),
  })
  .meta({ id: 'AssignmentTrial' });

/** Why a lead was assigned. */
export const reasonAnswer = z
  .object({
    reason: z
      .object({
        at: z.string(),
        owner: person,
        isCurrent: z.boolean().meta({ description: 'Whether the lead still belongs to them.' }),
        rule: z.object({ id: z.uuid(), name: z.string(), version: z.int() }),
        condition: shownCondition().nullable(),
        territory: z.object({ id: z.uuid(), name: z.string(), condition: shownCondition() }).nullable(),
        target: z.enum(['member', 'team', 'territory']),
        method: z.enum(TURN_METHODS).nullable(),
        values: z
          .record(z.string(), z.unknown())
          .meta({ description: 'Values of the lead at the time that the rules asked.' }),
        passed: passed.meta({ description: 'People who were passed over, as far as the caller sees them.' }),
        earlier: z.array(z.object({ name: z.string(), outcome: z.enum(['unmet', 'nobody']) })).meta({
          description: 'Rules before, which did not decide.',
        }),
      })
      .nullable()
      .meta({
        description:
          'Null if no rule assigned the lead, or the caller does not see all fields that the rules asked.',
      }),
  })
  .meta({ id: 'AssignmentReason' });

export type RuleCreate = z.output<typeof ruleCreateBody>;
export type RuleChange = z.output<typeof ruleChangeBody>;
export type StoredRule = z.output<typeof ruleAnswer>;
export type TerritoryCreate = z.output<typeof territoryCreateBody>;
export type TerritoryChange = z.output<typeof territoryChangeBody>;
export type StoredTerritory = z.output<typeof territoryAnswer>;
export type TrialWish = z.output<typeof tryBody>;
export type Trial = z.output<typeof trialAnswer>;
