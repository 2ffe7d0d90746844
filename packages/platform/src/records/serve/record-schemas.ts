import { CUSTOM_PREFIX, conditionSchema } from '@pellucid/conditions';
import { z } from 'zod';
import { pageLimit, pageSchema } from '../../http/page-schemas.js';
import { instantText } from '../../http/time-schemas.js';
import type { FieldDescriptor, LineCollection, RecordDescriptor } from '../describe/index.js';
import { valueEditSchema } from '../write/index.js';

/** Name of an object's components. Those of a company's objects can't be mistaken for the product's. */
const name = (d: RecordDescriptor) =>
  (d.isCustom ? CUSTOM_PREFIX : '') + d.key[0]!.toUpperCase() + d.key.slice(1);

const author = z
  .object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().optional() })
  .meta({ id: 'Author' });

/** What of a saved view does not apply to the caller. */
export const viewNotesSchema = z
  .object({
    withheld: z
      .array(z.string())
      .meta({ description: "Parts that use a field the caller can't filter or sort by. It is not named." }),
    gone: z
      .array(z.object({ part: z.string(), label: z.string().nullable() }))
      .meta({ description: 'Parts that use a field which no longer exists.' }),
  })
  .meta({ id: 'ViewNotes' });

const viewId = z
  .uuid({ error: 'must be the ID of a view' })
  .transform((id) => id.toLowerCase())
  .optional()
  .meta({ description: 'ID of a saved view. Its filter applies too; `sort` and `fields` replace its own.' });

/** Metadata of a response; `access` says what was withheld. */
export const accessMeta = z
  .object({
    access: z.record(z.string(), z.enum(['mask', 'hidden', 'clear'])).optional(),
    asOf: z
      .object({ version: z.int(), at: z.iso.datetime() })
      .optional()
      .meta({ description: 'The version shown, where it was asked for as of a point in time.' }),
    erased: z
      .array(z.string())
      .optional()
      .meta({ description: 'Fields whose values have since been erased.' }),
    recalculating: z.object({ from: z.string(), to: z.string() }).optional().meta({
      description:
        'On a list sorted or filtered by amounts: the base currency is being changed, so amounts in both currencies are compared.',
    }),
    view: viewNotesSchema
      .optional()
      .meta({ description: 'On a list with `view`: parts of the view that do not apply to the caller.' }),
  })
  .meta({
    id: 'AccessMeta',
    description:
      'What is masked or hidden for the caller, by field. On a record in a list: only where it differs from the list; `clear` where only this record shows it unmasked.',
  });

/** Whoever made something, in responses. */
export const makerSchema = z
  .object({
    id: z.uuid(),
    name: z.string().nullable().meta({ description: 'Null where the reader may not know it.' }),
  })
  .meta({ id: 'Maker' });

const shownChange = z.object({
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  origin: z
    .object({
      kind: z.enum(['preset', 'default', 'derived', 'rule', 'merged']),
      from: z.array(z.string()).optional(),
      rule: z.object({ id: z.string(), version: z.int() }).optional(),
      record: z.object({ id: z.uuid(), name: z.string().optional() }).optional().meta({
        description: 'For `merged`: the record that had the value, if you may see it.',
      }),
    })
    .optional()
    .meta({
      description:
        'Where the value came from if nobody plainly asked for it; `from` are the fields it is derived from. Left out for people who do not see them.',
    }),
});

const countSchema = z.object({ value: z.int(), capped: z.boolean() }).meta({ id: 'Count' });

/** An event of the log as the reader may see it. */
export const historyEntrySchema = z
  .object({
    id: z.uuid(),
    verb: z.string(),
    at: z.iso.datetime(),
    version: z.int(),
    actor: author,
    onBehalfOf: z.unknown().optional(),
    cause: z.object({ kind: z.string(), id: z.uuid().nullable(), version: z.int().optional() }),
    correlationId: z.string(),
    origin: z
      .object({ ip: z.string(), userAgent: z.string() })
      .nullable()
      .optional()
      .meta({ description: 'Where the request came from; only for people who can view the audit log.' }),
    changes: z.record(z.string(), shownChange),
    lines: z
      .record(
        z.string(),
        z.array(
          z.object({
            id: z.uuid(),
            change: z.enum(['added', 'changed', 'moved', 'removed']),
            changes: z.record(z.string(), shownChange),
          }),
        ),
      )
      .optional()
      .meta({ description: 'What happened to lines of the record, line by line.' }),
    mergedWith: z
      .array(z.object({ id: z.uuid(), name: z.string() }))
      .optional()
      .meta({ description: 'The records that it was merged with, as far as you see them.' }),
    erased: z.boolean().optional().meta({ description: 'Its personal data was erased.' }),
  })
  .meta({ id: 'HistoryEntry' });

const historySchema = z
  .object({ data: z.array(historyEntrySchema), page: pageSchema, meta: accessMeta.optional() })
  .meta({ id: 'History' });

/** A problem with one field. */
export const fieldProblemSchema = z
  .object({
    pointer: z.string(),
    code: z.string(),
    message: z.string(),
    params: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'FieldProblem' });

/** Outcome of one row of a bulk request. */
export const bulkResultSchema = z
  .object({
    index: z.int(),
    id: z.uuid().optional(),
    status: z.enum(['created', 'updated', 'unchanged', 'deleted', 'restored', 'failed']),
    errors: z.array(fieldProblemSchema).optional(),
    cascade: z.uuid().optional().meta({
      description:
        'The bulk job that changes the other records which this row affects, if they are very many.',
    }),
  })
  .meta({ id: 'BulkResult' });

/** Whom records are shared with in bulk. */
const bulkShareSchema = z
  .strictObject({
    grantee: z.strictObject({
      kind: z.enum(['member', 'team']),
      id: z.uuid().transform((id) => id.toLowerCase()),
    }),
    access: z
      .enum(['read', 'edit', 'none'])
      .meta({ description: '`edit` includes reading; `none` ends what is shared.' }),
    until: instantText.nullable().optional().meta({ description: 'Until when; for good if it is left out.' }),
  })
  .meta({ id: 'BulkShare' });

const previewed = { id: z.uuid().optional(), name: z.string().optional() };

/** What a bulk request would do. */
export const bulkPreviewSchema = z
  .object({
    total: z.int().meta({ description: 'Number of records that the request is about.' }),
    tried: z.int().meta({ description: 'Number of rows that were tried: the first ones, up to 500.' }),
    counts: z
      .record(z.string(), z.int())
      .meta({ description: 'Outcomes of the tried rows, such as `updated` and `failed`.' }),
    sample: z
      .array(
        z.object({
          ...previewed,
          changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
        }),
      )
      .meta({ description: 'Some of the rows that would change, with values as the caller is shown them.' }),
    refused: z
      .array(z.object({ index: z.int(), ...previewed, errors: z.array(fieldProblemSchema) }))
      .meta({ description: 'Some of the rows that would be refused, with reasons.' }),
  })
  .meta({ id: 'BulkPreview' });

/** Whether a write goes on although it would make a duplicate. */
const allowDuplicates = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .optional()
  .meta({
    description:
      'What happens if rules of the company find `duplicates`. `true` writes the record; if a rule blocks it, this takes the right to override duplicates. `false` refuses it with 409 `possibleDuplicates`. Without the parameter, rules that block refuse it, and rules that warn refuse it unless an API key asks: its records are written, and listed by `GET /duplicates`.',
  });

/** The query of requests that write records. */
export const writeQuery = z.strictObject({ allowDuplicates }).meta({ id: 'Write' });

/** A job that goes on with what a request began. */
export const bulkJobSchema = z
  .object({ id: z.uuid(), status: z.string(), total: z.int() })
  .meta({ id: 'BulkJob' });

/** The schemas of an object's endpoints, for integrators. Fields may be missing from responses: see `meta.access`. */
export interface RecordSchemas {
  record: z.ZodType;
  create: z.ZodType;
  update: z.ZodType;
  list: z.ZodType;
  history: z.ZodType;
  bulk: z.ZodType;
  bulkAnswer: z.ZodType;
}

const cache = new WeakMap<RecordDescriptor, RecordSchemas>();

/** Values of fields that a company added, by their names. Named, since every object has it three times. */
const anyCustom = z.record(z.string(), z.unknown()).meta({ id: 'CustomValues' });

/**
 * Returns the schemas of the member `custom`: with the fields that a company added, if the description has any, else for any
 * fields.
 */
function customSchemas(d: RecordDescriptor): Record<'output' | 'create' | 'update', z.ZodType> {
  const added = d.fields.filter((f) => f.custom);
  if (!added.length) return { output: anyCustom, create: anyCustom, update: anyCustom };
  const shape = (of: (f: FieldDescriptor) => z.ZodType) =>
    Object.fromEntries(added.map((f) => [f.custom!.name, of(f)]));
  const output = shape((f) => {
    const schema = f.traits.codec.output(f);
    return (f.traits.isList ? schema : schema.nullable()).optional();
  });
  const input = shape((f) => f.traits.codec.input(f).nullable().optional());
  return { output: z.object(output), create: z.strictObject(input), update: z.strictObject(input) };
}

/** Builds an object's schemas from its description. */
export function recordSchemas(d: RecordDescriptor): RecordSchemas {
  const known = cache.get(d);
  if (known) return known;
  const title = name(d);
  const custom = customSchemas(d);
  const outputs: Record<string, z.ZodType> = {};
  const creates: Record<string, z.ZodType> = {};
  const updates: Record<string, z.ZodType> = {};
  for (const f of d.fields.filter((own) => !own.custom)) {
    const { codec, isList } = f.traits;
    const output = codec.output(f);
    outputs[f.key] = (isList ? output : output.nullable()).optional();
    if (f.readOnly) continue;
    const input = codec.input(f);
    creates[f.key] = f.required && !f.default ? input : input.nullable().optional();
    updates[f.key] = (f.required ? input : input.nullable()).optional();
  }
  for (const lines of d.lines) {
    const { output, input } = lineSchemas(title, lines);
    outputs[lines.key] = z.array(output).optional();
    // Lines that only the product writes are no part of requests.
    if (lines.fields.every((f) => f.readOnly)) continue;
    creates[lines.key] = z.array(input).max(lines.max).optional();
    updates[lines.key] = creates[lines.key]!;
  }
  const record = z
    .object({
      id: z.uuid(),
      version: z.int(),
      ...outputs,
      custom: custom.output,
      createdAt: z.iso.datetime(),
      createdBy: author,
      updatedAt: z.iso.datetime(),
      updatedBy: author,
      deletedAt: z.iso.datetime().optional(),
      meta: accessMeta.optional(),
    })
    .meta({ id: title });
  const create = z
    .strictObject({ ...creates, custom: custom.create.optional() })
    .meta({ id: `${title}Create` });
  const update = z
    .strictObject({ ...updates, custom: custom.update.optional() })
    .meta({ id: `${title}Update` });
  const list = z
    .object({
      data: z.array(record),
      page: pageSchema,
      count: countSchema.optional(),
      meta: accessMeta.optional(),
    })
    .meta({ id: `${title}List` });
  const bulk = z
    .strictObject({
      action: z.enum(['create', 'update', 'delete', 'restore', 'share', 'assign']).meta({
        description:
          '`assign` lets the assignment rules choose the owner anew. Only for objects that have such rules.',
      }),
      ids: z.array(z.uuid()).max(100_000).optional(),
      filter: conditionSchema.optional(),
      q: z.string().max(200).optional(),
      view: viewId.meta({ description: 'ID of a saved view, whose filter selects the records.' }),
      all: z
        .literal(true)
        .optional()
        .meta({ description: 'Every record the caller sees. A blank search or filter is refused.' }),
      rows: z
        .array(z.unknown())
        .max(10_000)
        .optional()
        .meta({ description: "For create: records. For update: changes with the record's ID." }),
      changes: z.record(z.string(), z.unknown()).optional(),
      edits: z.array(valueEditSchema).min(1).max(50).optional(),
      referrers: z.enum(['refuse', 'unlink', 'delete']).optional(),
      share: bulkShareSchema.optional(),
      atomic: z
        .boolean()
        .optional()
        .meta({ description: 'All or none: if one record fails, nothing is changed. Up to 500 records.' }),
      allowDuplicates: z.boolean().optional().meta({
        description:
          'What happens to records that may be duplicates, as with the parameter of single writes. Refused ones fail with `possibleDuplicates`.',
      }),
    })
    .meta({ id: 'Bulk' });
  const bulkAnswer = z
    .object({ results: z.array(bulkResultSchema), counts: z.record(z.string(), z.int()) })
    .meta({ id: 'BulkAnswer' });
  const schemas = { record, create, update, list, history: historySchema, bulk, bulkAnswer };
  cache.set(d, schemas);
  return schemas;
}

/** Returns the schemas of one line in responses and in requests. */
function lineSchemas(
  title: string,
  { key, fields }: LineCollection,
): { output: z.ZodType; input: z.ZodType } {
  const outputs: Record<string, z.ZodType> = {};
  const inputs: Record<string, z.ZodType> = {};
  for (const f of fields) {
    const { codec, isList } = f.traits;
    const output = codec.output(f);
    outputs[f.line!.name] = (isList ? output : output.nullable()).optional();
    // Read-only values may be sent back as they were read.
    if (!f.readOnly) inputs[f.line!.name] = codec.input(f).nullable().optional();
  }
  return {
    output: z.object({ id: z.uuid(), ...outputs }),
    input: z
      .strictObject({
        // Of a line that is there already; a new line has none.
        id: z.uuid().optional(),
        ...inputs,
      })
      // Named, since requests to create and to change a record contain the same.
      .meta({ id: `${title}${key[0]!.toUpperCase()}${key.slice(1)}Entry` }),
  };
}

/** Query parameters of a list. */
export const listQuery = z
  .strictObject({
    limit: pageLimit().meta({ description: 'Records per page, at most 200.' }),
    cursor: z.string().max(8000).optional().meta({
      description: '`page.nextCursor` of the previous page, with the same sort, filter and search.',
    }),
    view: viewId,
    sort: z.string().max(200).optional().meta({ description: 'Up to three keys, e.g. `-amount,name`.' }),
    filter: z.string().max(64_000).optional().meta({ description: 'Condition tree as JSON.' }),
    q: z.string().max(200).optional().meta({ description: 'Quick search: every word must occur.' }),
    count: z
      .enum(['capped', 'exact'])
      .optional()
      .meta({ description: 'Also return a count: up to 1000 or exact.' }),
    fields: z
      .string()
      .max(2000)
      .optional()
      .transform((s) =>
        s
          ?.split(',')
          .map((k) => k.trim())
          .filter(Boolean),
      )
      .meta({ description: 'Keys of the fields to return, separated by commas.' }),
    deleted: z
      .enum(['true', 'false'])
      .optional()
      .transform((s) => s === 'true')
      .meta({ description: 'Deleted records instead of current ones.' }),
  })
  .meta({ id: 'List' });

/** The same as a body, for filters that are too long for a URL. */
export const listBody = z
  .strictObject({
    limit: z.int().min(1).max(200).default(50),
    cursor: z.string().max(8000).optional(),
    view: viewId,
    sort: z.string().max(200).optional(),
    filter: z.unknown().optional().meta({ description: 'Condition tree.' }),
    q: z.string().max(200).optional(),
    count: z.enum(['capped', 'exact']).optional(),
    fields: z.array(z.string()).max(200).optional(),
    deleted: z.boolean().optional(),
  })
  .meta({ id: 'ListRequest' });

/** Records whose deletion is to be previewed. */
export const deletionPreviewBody = z
  .strictObject({ ids: z.array(z.uuid()).min(1).max(500) })
  .meta({ id: 'DeletionPreviewRequest' });

const deletionOutcome = z.object({
  allowed: z.boolean().meta({ description: 'Whether it can be done.' }),
  effects: z.array(
    z.object({
      effect: z
        .enum(['delete', 'unlink', 'refuse'])
        .meta({ description: "`refuse`: these records require it, so it can't be deleted." }),
      object: z.string(),
      label: z.string(),
      field: z.string(),
      fieldLabel: z.string(),
      count: z.int().meta({ description: 'Records the caller sees.' }),
      capped: z.boolean().meta({ description: 'Whether more exist than were counted.' }),
      records: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: 'The first ones.' }),
      more: z.boolean(),
      allowed: z.boolean().meta({ description: 'Whether the caller can do this to all of them.' }),
    }),
  ),
});

/** What a deletion would do to other records. */
export const deletionPreviewSchema = z
  .object({
    count: z.int().meta({ description: 'Records the caller can delete.' }),
    unlink: deletionOutcome,
    delete: deletionOutcome,
  })
  .meta({ id: 'DeletionPreview' });

/** The point in time at which a record is shown: exactly one of the two. */
export const asOfQuery = z
  .strictObject({
    at: instantText.optional(),
    version: z.coerce
      .number('must be a whole number from 1')
      .int('must be a whole number from 1')
      .min(1, 'must be a whole number from 1')
      .max(2_147_483_647, "this version doesn't exist")
      .optional(),
  })
  .refine((q) => (q.at === undefined) !== (q.version === undefined), {
    error: 'send either "at" or "version"',
  })
  .meta({ id: 'AsOf' });

/** The version to restore. */
export const restoreVersionBody = z
  .strictObject({ version: z.int().min(1).max(2_147_483_647) })
  .meta({ id: 'RestoreVersion' });

/** Query parameters of a history. */
export const historyQuery = z
  .strictObject({
    limit: pageLimit(),
    cursor: z.string().max(100).optional(),
  })
  .meta({ id: 'History' });
