import { instantText, pageLimit, pageSchema, reasonText } from '@pellucid/platform/http';
import { historyEntrySchema } from '@pellucid/platform/records';
import { z } from 'zod';

const id = z.uuid({ error: 'must be a UUID' }).transform((text) => text.toLowerCase());

const filters = {
  object: z.string().max(100).optional().meta({
    description: 'Key of an object; `security` for all security events, `security.<object>` for some.',
  }),
  record: id.optional().meta({ description: 'ID of the record or object it happened to.' }),
  actor: id.optional().meta({
    description: 'ID of whoever did it: a member, an API key, a workflow, a web form, a sync or an import.',
  }),
  field: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Key of a field that changed; requires `object`.' }),
  action: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'What happened: `created`, `updated`, `loggedIn`, …' }),
  correlationId: z.string().max(128).optional(),
  from: instantText.optional().meta({ description: 'Inclusive.' }),
  to: instantText.optional().meta({ description: 'Exclusive.' }),
};

/** Query parameters of the list. */
export const auditQuery = z.strictObject({
  ...filters,
  limit: pageLimit().meta({
    description: 'Events per page, at most 200. A page can be shorter even if more follow.',
  }),
  cursor: z
    .string()
    .max(8000)
    .optional()
    .meta({ description: '`page.nextCursor` of the previous page, with the same filters.' }),
});

/** Query parameters of the export. */
export const auditExportQuery = z.strictObject({
  ...filters,
  format: z
    .enum(['csv', 'ndjson'])
    .optional()
    .meta({ description: 'Defaults to the Accept header: CSV or newline-delimited JSON.' }),
});

/** An event in responses. */
export const auditEntrySchema = historyEntrySchema
  .extend({
    object: z
      .string()
      .meta({ description: 'Key of the object, or `security.<object>` for a security event.' }),
    record: z.object({ id: z.uuid(), name: z.string().optional() }),
    meta: z
      .object({ access: z.record(z.string(), z.enum(['mask', 'hidden', 'clear'])) })
      .optional()
      .meta({ description: 'Fields of the record that are masked or hidden for the caller.' }),
  })
  .meta({ id: 'AuditEntry' });

/** A page of the audit log. */
export const auditListSchema = z
  .object({ data: z.array(auditEntrySchema), page: pageSchema })
  .meta({ id: 'AuditList' });

/** How far the log is sealed. */
export const sealStateSchema = z
  .object({
    sealedUpTo: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Time of the last sealed event; null before the first seal.' }),
    sealedAt: z.iso.datetime().nullable(),
    seals: z.int(),
    keyId: z.string().nullable(),
    unsealed: z
      .object({ value: z.int(), capped: z.boolean() })
      .meta({ description: 'Events not sealed yet.' }),
  })
  .meta({ id: 'AuditSealState' });

/** What to erase, and why. */
export const erasureBody = z
  .strictObject({
    object: z.string().max(100).meta({ description: 'Key of the object.' }),
    id: z.uuid({ error: 'must be a UUID' }).transform((text) => text.toLowerCase()),
    reason: reasonText(3, 500).meta({
      description: "Kept in the log permanently. Don't include personal data.",
    }),
  })
  .meta({ id: 'ErasureRequest' });

/** The result of an erasure. */
export const erasureSchema = z
  .object({
    object: z.string(),
    id: z.uuid(),
    fields: z.array(z.string()).meta({ description: 'Fields that were emptied.' }),
  })
  .meta({ id: 'Erasure' });
