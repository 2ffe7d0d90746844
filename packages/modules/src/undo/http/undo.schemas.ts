import { z } from 'zod';

const id = z.uuid().transform((text) => text.toLowerCase());
const instant = z.iso.datetime({ offset: true });

/** What is undone: exactly one of its members. */
export const undoBody = z
  .strictObject({
    correlationId: z.string().min(1).max(128).optional().meta({
      description:
        'Everything that one request did, with the jobs that it started: `x-correlation-id` of its answer.',
    }),
    cause: z
      .strictObject({ kind: z.enum(['import', 'bulk', 'merge', 'workflow', 'undo', 'job']), id })
      .optional()
      .meta({
        description: 'Everything that an import, a bulk job, a merge, a workflow run or an earlier undo did.',
      }),
    actor: z
      .strictObject({ kind: z.enum(['member', 'apiKey']), id, from: instant, to: instant })
      .optional()
      .meta({ description: 'Everything that a person or an API key did from a time up to another.' }),
  })
  .refine(({ correlationId, cause, actor }) => [correlationId, cause, actor].filter(Boolean).length === 1, {
    error: 'Send exactly one of "correlationId", "cause" and "actor".',
  })
  .refine(({ actor }) => !actor || Date.parse(actor.from) < Date.parse(actor.to), {
    error: '"to" must be later than "from".',
    path: ['actor', 'to'],
  })
  .meta({ id: 'UndoRequest' });

/** What an undo did, or would do. */
const undoCounts = z
  .object({
    restored: z.int(),
    deleted: z.int(),
    changed: z.int(),
    conflicts: z.int().meta({ description: 'Records of which something stays as it is.' }),
  })
  .meta({ id: 'UndoCounts', description: 'Numbers of records.' });

const record = { object: z.string(), record: z.object({ id: z.uuid(), name: z.string().optional() }) };

/** What stays as it is. */
const conflictList = z.array(
  z
    .object({
      ...record,
      field: z.string().optional(),
      code: z.string(),
      message: z.string().meta({ description: 'Why it stays as it is.' }),
    })
    .meta({ id: 'UndoConflict' }),
);

/** What an undo would do. */
export const undoPreview = z
  .object({
    counts: undoCounts,
    isComplete: z.boolean().meta({ description: 'False if there is more to undo than was counted.' }),
    sample: z.array(
      z.object({
        ...record,
        does: z.enum(['restore', 'delete', 'change']),
        changes: z.array(
          z.object({
            field: z.string(),
            label: z.string(),
            before: z.unknown().optional(),
            after: z.unknown().optional(),
          }),
        ),
      }),
    ),
    conflicts: conflictList.meta({ description: 'The first 100 that stay as they are, with the reason.' }),
  })
  .meta({ id: 'UndoPreview' });

/** What an undo did. */
export const undone = z
  .object({ id: z.uuid(), status: z.literal('completed'), counts: undoCounts, conflicts: conflictList })
  .meta({ id: 'Undone' });

/** An undo that a bulk job does. */
export const undoStarted = z
  .object({ id: z.uuid(), status: z.literal('queued'), total: z.int() })
  .meta({ id: 'UndoStarted', description: 'Accepted as a bulk job: see `/bulk-jobs/{id}`.' });
