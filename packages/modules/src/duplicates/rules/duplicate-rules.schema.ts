import { DUPLICATE_ACTIONS, MATCH_METHODS } from '@pellucid/platform/access';
import { nameText } from '@pellucid/platform/http';
import { z } from 'zod';

/** Most rules of a company, and most conditions of a rule. */
export const RULE_LIMITS = { rules: 50, conditions: 5, objects: 10, fields: 3 } as const;

const object = z.string().min(1).max(100);
const action = z.enum(DUPLICATE_ACTIONS);

const condition = z
  .strictObject({
    method: z.enum(MATCH_METHODS).meta({
      description:
        '`exact`: the same text, whatever its case. `normalised`: the same mailbox, phone number, web host, name without legal form. `fuzzy`: similar names.',
    }),
    fields: z.record(object, z.array(z.string().min(1).max(160)).min(1).max(RULE_LIMITS.fields)).meta({
      description: 'Fields by object. Several fields of an object are compared as one text.',
    }),
    threshold: z
      .int()
      .min(60)
      .max(100)
      .optional()
      .meta({ description: 'How alike values must be, in percent. For `fuzzy` only; 85 by default.' }),
  })
  .meta({ id: 'DuplicateCondition' });

const parts = {
  name: nameText(100),
  isActive: z.boolean(),
  objects: z
    .array(object)
    .min(1)
    .max(RULE_LIMITS.objects)
    .refine((objects) => new Set(objects).size === objects.length, 'name each object once'),
  conditions: z
    .array(condition)
    .min(1)
    .max(RULE_LIMITS.conditions)
    .meta({ description: 'All of them must hold.' }),
  onCreate: action,
  onUpdate: action,
  onImport: action,
};

/** The body of a new rule. */
export const ruleCreateBody = z
  .strictObject({
    ...parts,
    isActive: parts.isActive.default(true),
    onCreate: action.default('warn'),
    onUpdate: action.default('warn'),
    onImport: action.default('warn'),
  })
  .meta({ id: 'DuplicateRuleCreate' });

/** The body that changes a rule. */
export const ruleChangeBody = z.strictObject(parts).partial().meta({ id: 'DuplicateRuleChange' });

/** The body that tries a rule. */
export const ruleTryBody = z
  .strictObject({ objects: parts.objects, conditions: parts.conditions })
  .meta({ id: 'DuplicateRuleTrial' });

/** A rule. */
export const ruleAnswer = z
  .object({
    id: z.uuid(),
    ...parts,
    name: z.string(),
    isReady: z.boolean().meta({
      description:
        'False while a job still prepares existing records: until then, some duplicates are not found.',
    }),
    version: z.int(),
    updatedAt: z.string(),
  })
  .meta({ id: 'DuplicateRule' });

export const rulesAnswer = z.object({ data: z.array(ruleAnswer) }).meta({ id: 'DuplicateRuleList' });

const score = z.int().min(0).max(100).meta({ description: 'How alike, in percent.' });

/** Why two records are duplicates. */
export const ruleScore = z
  .object({
    rule: z.object({ id: z.uuid(), name: z.string() }),
    score,
    conditions: z.array(
      z.object({
        method: z.enum(MATCH_METHODS),
        fields: z.array(z.string()).meta({ description: 'Compared fields of the first record.' }),
        otherFields: z.array(z.string()).meta({ description: 'Compared fields of the other one.' }),
        score,
      }),
    ),
  })
  .meta({ id: 'DuplicateScore' });

export const pairRecord = z
  .object({
    object: z.string(),
    id: z.uuid(),
    name: z.string().nullable().meta({ description: "Null if the caller can't see the name." }),
  })
  .meta({ id: 'DuplicateRecord' });

/** What a rule finds in existing records. */
export const trialAnswer = z
  .object({
    examined: z.int().meta({ description: 'Number of records that were compared: the latest ones.' }),
    pairs: z.array(z.object({ records: z.tuple([pairRecord, pairRecord]), score: ruleScore })),
    hasMore: z.boolean(),
  })
  .meta({ id: 'DuplicateRuleTrialResult' });

export type RuleCreate = z.output<typeof ruleCreateBody>;
export type RuleChange = z.output<typeof ruleChangeBody>;
export type RuleTrial = z.output<typeof ruleTryBody>;
export type StoredRule = Omit<z.output<typeof ruleAnswer>, 'isReady'> & {
  keyForm: string | null;
  edition: number;
};
