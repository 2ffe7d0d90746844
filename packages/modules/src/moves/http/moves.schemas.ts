import { listSchema, pageQuery } from '@pellucid/platform/http';
import { z } from 'zod';
import { SOURCES } from '../catalogues/index.js';
import { MOVE_STATUSES } from '../moves.types.js';
import { movePlan } from '../planning/move-plan.js';

const sourceKeys = SOURCES.map(({ key }) => key) as [string, ...string[]];

/** Parts of the upload. */
export const moveParts = z.object({
  file: z
    .array(z.string().meta({ format: 'binary' }))
    .meta({ description: 'CSV files, workbooks, or ZIP archives of them: up to 100 files and 1 GB' }),
  source: z.enum(sourceKeys).optional().meta({ description: 'Where they come from; detected by default' }),
});

const counts = z.record(z.string(), z.int());

const step = z.object({
  fileId: z.uuid(),
  name: z.string(),
  kind: z.string(),
  brings: z.enum(['records', 'stageHistory']),
  object: z.string(),
  status: z
    .enum(['queued', 'running', 'completed', 'failed', 'cancelled', 'rolling_back', 'rolled_back'])
    .meta({ description: 'Status of the import that brings the file' }),
  progress: z.number().min(0).max(1),
  importId: z.uuid().nullable().meta({ description: 'The import, with its failed rows; null for histories' }),
  counts: counts.meta({ description: 'Rows by outcome: created, updated, unchanged, failed, brought, …' }),
  skipped: counts.meta({ description: 'Rows that were left out, by reason' }),
  error: z.string().optional(),
});

/** A move in responses. */
export const moveSchema = z
  .object({
    id: z.uuid(),
    source: z.enum(sourceKeys),
    sourceLabel: z.string(),
    status: z.enum(MOVE_STATUSES),
    progress: z.number().min(0).max(1),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    error: z.string().optional().meta({ description: 'Why it failed' }),
    plan: movePlan.optional(),
    steps: z.array(step).optional().meta({ description: 'Files in the order in which they are brought' }),
    report: z
      .object({
        objects: z.array(z.object({ object: z.string(), counts, skipped: counts })),
        made: z.object({ people: z.int(), pipelines: z.int(), stages: z.int() }),
        refused: z
          .array(z.object({ key: z.string(), code: z.string() }))
          .meta({ description: 'People and stages that could not be made' }),
        notBrought: z.array(
          z.object({ name: z.string(), kind: z.string().nullable(), rows: z.int(), reason: z.string() }),
        ),
        leftOut: z
          .array(z.object({ name: z.string(), columns: z.array(z.string()) }))
          .meta({ description: 'Columns without a field, by file' }),
      })
      .optional(),
    rollback: z
      .object({ id: z.uuid(), counts })
      .optional()
      .meta({ description: 'Its last rollback: the bulk job (`/bulk-jobs/{id}`), and what it did so far' }),
  })
  .meta({ id: 'Move' });

/** A page of moves. */
export const moveListSchema = listSchema(moveSchema, 'MoveList');

/** Query parameters of the list. */
export const moveListQuery = pageQuery();
