import type { RecordService, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { pipelinesLock } from './pipelines-lock.js';
import type { StageCategory } from './stages.record.js';

const NAME = 'pipelines.stages';
const derive = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:pipelines');

interface Place {
  id: string;
  pipeline_id: string;
  position: number;
  category: StageCategory;
}

interface Move {
  id: string;
  changes: { position: number };
}

/**
 * Keeps at least one stage of each category in a pipeline; derives position, probability and forecast category if they are
 * not given.
 */
export function stageParticipants(records: RecordService): WriteParticipant[] {
  const movedBy = new WeakMap<WriteBatch, Move[]>();
  return [
    {
      name: NAME,
      objects: ['stage'],
      phase: 'derivations',
      order: 100,
      related: (batch) => (applies(batch) ? [pipelinesLock(), stagesBeside(batch)] : []),
      run(batch) {
        if (!applies(batch) || batch.operation === 'delete') return;
        const rows = batch.rows.filter((r) => r.ok);
        movedBy.set(batch, placeNew(rows, placesIn(batch)));
        for (const row of rows) deriveFromCategory(row);
      },
    },
    {
      name: 'pipelines.stage-rules',
      objects: ['stage'],
      phase: 'checks',
      order: 100,
      run(batch) {
        if (!applies(batch) || batch.operation === 'create') return;
        for (const row of batch.rows)
          if (row.ok && batch.operation === 'update' && row.changed('pipeline'))
            row.refuse(
              'pipeline',
              'stageStays',
              'A stage stays in its pipeline: create one in the other pipeline instead.',
            );
        keepEachCategory(batch, placesIn(batch));
      },
    },
    {
      name: 'pipelines.stage-moves',
      objects: ['stage'],
      phase: 'effects',
      order: 100,
      async run(batch) {
        const moved = batch.rows.some((row) => row.ok) ? (movedBy.get(batch) ?? []) : [];
        if (moved.length)
          await records.update('stage', moved, {
            uow: batch.uow,
            asks: 'product',
            atomic: true,
            verb: 'updated',
          });
      },
    },
  ];
}

/** Restored stages keep what they had; a pipeline takes its stages along when it is deleted. */
function applies({ mode, operation, asks, cascaded }: WriteBatch): boolean {
  if (mode === 'undo' || operation === 'restore') return false;
  return operation !== 'delete' || (asks === 'caller' && !cascaded);
}

/** Returns the statement that reads the stages of all pipelines that the rows belong to. */
function stagesBeside({ rows }: WriteBatch) {
  const pipelines = rows.flatMap((row) => [row.before?.state['pipeline'], row.after['pipeline']]);
  return {
    text: 'select id, pipeline_id, position, category from stage where pipeline_id = any($1::uuid[]) and deleted_at is null',
    values: [[...new Set(pipelines.filter(Boolean))]],
  };
}

function placesIn(batch: WriteBatch): Place[] {
  const [, found = []] = batch.related.get(NAME) ?? [];
  return (found as Place[]).map((stage) => ({ ...stage, position: Number(stage.position) }));
}

function deriveFromCategory(row: WriteRow): void {
  const category = row.after['category'] as StageCategory;
  if (category === 'won') derive(row, 'probability', 100);
  else if (category === 'lost') derive(row, 'probability', 0);
  else if (row.after['probability'] === null) derive(row, 'probability', 10);
  if (
    row.after['forecastCategory'] === null ||
    (row.changed('category') && row.given['forecastCategory'] === undefined)
  )
    derive(row, 'forecastCategory', { open: 'Pipeline', won: 'Closed', lost: 'Omitted' }[category]);
}

/**
 * Assigns positions to stages without one: an open stage comes after the other open ones and before the closing ones,
 * which move back accordingly; any other stage comes last.
 * @returns the stages that move back
 */
function placeNew(rows: WriteRow[], all: Place[]): Move[] {
  const placeless = rows.filter((row) => row.after['position'] === null && row.after['pipeline']);
  const moved: Move[] = [];
  for (const pipeline of new Set(placeless.map((row) => row.after['pipeline'] as string))) {
    const stages = all.filter((stage) => stage.pipeline_id === pipeline);
    const ofPipeline = placeless.filter((row) => row.after['pipeline'] === pipeline);
    const open = ofPipeline.filter((row) => row.after['category'] === 'open');
    let next = Math.max(-1, ...stages.filter((s) => s.category === 'open').map((s) => s.position)) + 1;
    const closing = stages.filter((stage) => stage.position >= next);
    const step = open.length
      ? Math.max(0, next + open.length - Math.min(...closing.map((s) => s.position)))
      : 0;
    for (const row of open) derive(row, 'position', next++);
    if (step > 0)
      for (const { id, position } of closing) moved.push({ id, changes: { position: position + step } });
    let last = Math.max(
      next - 1,
      ...stages.map((s) => s.position + (s.position >= next - open.length ? step : 0)),
    );
    for (const row of ofPipeline) if (row.after['position'] === null) derive(row, 'position', ++last);
  }
  return moved;
}

/** Refuses rows that would remove the last stage of a category from their pipeline. */
function keepEachCategory(batch: WriteBatch, stages: Place[]): void {
  const rows = batch.rows.filter(
    (r) => r.ok && r.before && (batch.operation === 'delete' || r.changed('category')),
  );
  const after = new Map(
    stages.map((s): [string, { pipeline: string; category: string }] => [
      s.id,
      { pipeline: s.pipeline_id, category: s.category },
    ]),
  );
  const changed = new Map(rows.map((r) => [r.id, r]));
  for (const [id, row] of changed) {
    const stage = after.get(id);
    if (!stage) continue;
    if (batch.operation === 'delete') after.delete(id);
    else stage.category = row.after['category'] as string;
  }
  for (const row of rows) {
    const { pipeline, category } = row.before!.state as { pipeline: string; category: string };
    if ([...after.values()].some((s) => s.pipeline === pipeline && s.category === category)) continue;
    const message = `This is the last stage of category "${category}" in its pipeline. A pipeline needs at least one open, one won and one lost stage.`;
    if (batch.operation === 'delete') row.fail(409, 'lastOfCategory', message);
    else row.refuse('category', 'lastOfCategory', message);
  }
}
