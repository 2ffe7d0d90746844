import { z } from 'zod';
import { fieldProblemSchema } from './record-schemas.js';

const id = z.uuid().transform((text) => text.toLowerCase());

/** Most records that are merged at once. */
const MOST = 5;

/** What becomes of one field. */
const choice = z
  .union([
    z.strictObject({ from: id.meta({ description: 'The record whose value is taken.' }) }),
    z.strictObject({ unite: z.literal(true).meta({ description: 'All values of a list, or all lines.' }) }),
    z.strictObject({ value: z.unknown().meta({ description: 'Another value.' }) }),
  ])
  .meta({ id: 'MergeChoice' });

/** Records to merge. */
export const mergeBody = z
  .strictObject({
    records: z
      .array(
        z.strictObject({
          id,
          version: z.int().min(1).max(2_147_483_647).optional().meta({
            description: 'The version that you looked at; 412 if somebody has changed it since.',
          }),
        }),
      )
      .min(2)
      .max(MOST),
    into: id.meta({ description: 'The record that stays, one of `records`.' }),
    values: z
      .record(z.string().max(100), choice)
      .refine((values) => Object.keys(values).length <= 500, { error: 'Send at most 500 choices.' })
      .optional()
      .meta({
        description:
          'What becomes of fields and lines, by key: `name`, `custom.size`. The record that stays keeps its values of all others.',
      }),
  })
  .meta({
    id: 'MergeRequest',
    description:
      'Whatever links to the other records links to the one that stays, and their IDs lead to it. You need the rights to change the one that stays and to delete the others.',
  });

/** A merge that was done. */
export const mergedSchema = z
  .object({
    id: z.uuid().meta({ description: 'ID of the merge, the cause of everything that it changed.' }),
    into: z.uuid(),
  })
  .meta({
    id: 'Merged',
    description: 'Undo the merge by `POST /undo` with `cause: {kind: "merge", id}`.',
  });

const anyRecord = z.looseObject({ id: z.uuid(), version: z.int() });

/** What a merge would do. */
export const mergePreviewSchema = z
  .object({
    records: z.array(anyRecord).meta({ description: 'The records as they are, first the one that stays.' }),
    fields: z.array(
      z.object({
        field: z.string(),
        label: z.string(),
        differs: z.boolean(),
        choosable: z
          .boolean()
          .meta({ description: 'Whether you can choose; otherwise the record that stays keeps its value.' }),
        unitable: z.boolean().meta({ description: 'Whether the values can be united.' }),
      }),
    ),
    result: anyRecord.nullable().meta({ description: 'The record as it would be; null if it is refused.' }),
    moves: z
      .array(
        z.object({
          object: z.string(),
          label: z.string(),
          field: z.string(),
          fieldLabel: z.string(),
          count: z.int(),
          capped: z.boolean().meta({ description: 'Whether there are more than were counted.' }),
          records: z.array(z.object({ id: z.uuid(), name: z.string() })),
        }),
      )
      .meta({ description: 'What links to the records that go, as far as you see it.' }),
    refused: z
      .array(fieldProblemSchema)
      .meta({ description: 'Why the merge would be refused; empty if it can be done.' }),
  })
  .meta({
    id: 'MergePreview',
    description:
      'What the merge would do. Everything is done and taken back; it shows the records, the result, and what moves, as far as you see it.',
  });
