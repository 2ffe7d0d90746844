import { FIELD_TYPE_NAMES } from '@pellucid/conditions';
import { MASKING_STRATEGIES } from '@pellucid/platform/access';
import { instantText, pageQuery, pageSchema, reasonText } from '@pellucid/platform/http';
import { z } from 'zod';

const pii = z.enum(['public', 'internal', 'personal', 'sensitive', 'secret']);
const strategy = z.enum(MASKING_STRATEGIES);
const visibility = z.enum(['clear', 'mask', 'hidden']);
const key = z.string().min(1).max(100);

export const ruleParams = z.strictObject({ object: key, field: key });

export const ruleBody = z
  .strictObject({
    strategy: strategy.meta({
      description:
        "How values are shown to people who can't see them unmasked; `encrypt` also stores them encrypted.",
    }),
    pii: pii
      .nullable()
      .default(null)
      .meta({ description: 'Class of the field; null keeps the class of its description.' }),
  })
  .meta({ id: 'MaskingRuleChange' });

const wish = z.strictObject({ object: key, field: key, strategy, pii: pii.nullable().default(null) });

export const rulesBody = z
  .strictObject({ rules: z.array(wish).max(2000) })
  .meta({ id: 'MaskingRulesChange' });

const maskedField = z
  .object({
    field: z.string(),
    label: z.string(),
    type: z.enum(FIELD_TYPE_NAMES),
    pii,
    describedPii: pii.meta({ description: 'The class of the field without a rule.' }),
    defaultLevel: z
      .enum(['hidden', 'mask', 'view', 'edit'])
      .meta({ description: "The level a role gives if it doesn't set one for the field." }),
    strategy,
    rule: z
      .object({ strategy, pii: pii.nullable() })
      .nullable()
      .meta({ description: 'The company’s own rule; null where the product’s holds.' }),
    strategies: z.array(strategy).meta({ description: 'Strategies that fit the field.' }),
    encryptRefused: z
      .string()
      .nullable()
      .meta({ description: 'Why the field cannot be kept encrypted; null where it can, or has no text.' }),
    example: z
      .object({ value: z.string(), masked: z.string() })
      .nullable()
      .meta({ description: 'A sample value and its masked form.' }),
  })
  .meta({ id: 'MaskedField' });

export const maskedFieldSchema = maskedField;

export const rulesSchema = z
  .object({
    data: z.array(
      z.object({
        object: z.string(),
        label: z.string(),
        pluralLabel: z.string(),
        fields: z.array(maskedField),
      }),
    ),
  })
  .meta({ id: 'MaskingRules' });

export const previewBody = z
  .strictObject({
    object: key,
    rules: z
      .array(z.strictObject({ field: key, strategy, pii: pii.nullable().default(null) }))
      .max(200)
      .meta({ description: 'Rules to try; other fields keep theirs.' }),
    fields: z
      .array(key)
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Fields to show; defaults to the fields of the rules.' }),
    roleId: z.uuid().optional().meta({ description: 'Only this role; defaults to all.' }),
  })
  .meta({ id: 'MaskingPreviewRequest' });

export const previewSchema = z
  .object({
    fields: z.array(z.string()),
    withheld: z
      .array(z.string())
      .meta({ description: 'Fields that are masked or hidden for the caller; their values are left out.' }),
    data: z.array(
      z.object({
        role: z.object({ id: z.uuid(), name: z.string() }),
        mayRead: z.boolean(),
        access: z.record(z.string(), visibility),
        rows: z.array(
          z.object({
            id: z.uuid(),
            name: z.string().nullable(),
            values: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'MaskingPreview' });

const protectedField = z.object({
  object: z.string(),
  field: z.string(),
  kind: z.enum(['encryption', 'tokens']),
  state: z.enum(['encrypting', 'encrypted', 'decrypting', 'tokenizing', 'tokenized']),
  keyIds: z.array(z.string()).meta({ description: 'Keys that rows may be encrypted with.' }),
  missingKeyIds: z.array(z.string()).meta({ description: 'Those of them that are not configured.' }),
  done: z.int().meta({ description: 'Rows rewritten so far.' }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable().meta({ description: 'Null while rows are being rewritten.' }),
  error: z.string().nullable().meta({ description: 'Why the work stopped; null while it continues.' }),
});

export const protectionSchema = z
  .object({
    keys: z.object({
      active: z.string().nullable().meta({ description: 'The key that new values are encrypted with.' }),
      configured: z.array(z.string()),
    }),
    data: z.array(protectedField),
  })
  .meta({ id: 'FieldEncryptionState' });

export const detokeniseBody = z
  .strictObject({
    token: z.string().min(1).max(200),
    reason: reasonText(5, 500),
  })
  .meta({ id: 'DetokeniseRequest' });

export const detokeniseSchema = z
  .object({ object: z.string(), field: z.string(), value: z.string() })
  .meta({ id: 'DetokenisedValue' });

export const logQuery = z.strictObject({
  object: key.optional(),
  record: z
    .uuid()
    .transform((id) => id.toLowerCase())
    .optional(),
  actor: z
    .uuid()
    .transform((id) => id.toLowerCase())
    .optional()
    .meta({ description: 'ID of a member or API key.' }),
  field: key.optional(),
  from: instantText.optional().meta({ description: 'Inclusive.' }),
  to: instantText.optional().meta({ description: 'Exclusive.' }),
  ...pageQuery().shape,
});

export const logSchema = z
  .object({
    data: z.array(
      z.object({
        id: z.uuid(),
        at: z.iso.datetime(),
        subject: z.object({
          kind: z.enum(['member', 'apiKey']),
          id: z.uuid().nullable(),
          name: z.string().nullable(),
        }),
        object: z.string(),
        recordIds: z.array(z.uuid()),
        records: z
          .array(z.object({ id: z.uuid(), name: z.string().nullable() }))
          .meta({ description: 'Some of the records with their names, where the caller may see them.' }),
        clearFields: z.array(z.string()),
        maskedFields: z.array(z.string()),
        route: z.string(),
        correlationId: z.string(),
      }),
    ),
    page: pageSchema,
  })
  .meta({ id: 'MaskingLog' });
