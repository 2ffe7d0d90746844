import type { RecordService, WriteBatch, WriteParticipant } from '@pellucid/platform/records';
import type { StageCategory } from './stages.record.js';

/** Pipelines of a tenant are changed one at a time, so that rules about all of them also hold under concurrency. */
const lockOf = (batch: WriteBatch) => ({
  text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [`pipelines:${batch.uow.tenantId}`],
});

/** Keeps exactly one default pipeline, as soon as there is any pipeline. */
export function defaultPipelineParticipant(records: RecordService): WriteParticipant {
  return {
    name: 'pipelines.default',
    objects: ['pipeline'],
    order: 100,
    async beforeSave(batch) {
      const rows = batch.rows.filter(
        (r) => r.ok && (batch.operation !== 'update' || r.changed('isDefault') || r.changed('position')),
      );
      if (!rows.length || batch.mode === 'undo' || isDemotion(batch)) return;
      const [, current, last] = await batch.uow.together([
        lockOf(batch),
        { text: 'select id from pipeline where is_default and deleted_at is null' },
        { text: 'select coalesce(max(position), -1) as position from pipeline where deleted_at is null' },
      ]);
      let byDefault = current![0]?.id as string | undefined;
      let position = Number(last![0].position);
      const demoted = new Set<string>();
      for (const row of rows) {
        if (batch.operation === 'delete') {
          if (row.id === byDefault)
            row.fail(
              409,
              'defaultPipeline',
              'This is the default pipeline. Make another one the default first.',
            );
          continue;
        }
        if (batch.operation === 'restore') {
          // Another one has become the default meanwhile; otherwise this one could not have been deleted.
          row.after['isDefault'] = byDefault === undefined;
          if (!byDefault) byDefault = row.id;
          continue;
        }
        row.after['position'] ??= ++position;
        if (row.after['isDefault'] === true || !byDefault) {
          row.after['isDefault'] = true;
          if (byDefault && byDefault !== row.id) demoted.add(byDefault);
          byDefault = row.id;
        } else if (row.id === byDefault)
          row.refuse(
            'isDefault',
            'defaultPipeline',
            'A default pipeline is required. Make another one the default instead.',
          );
        else row.after['isDefault'] ??= false;
      }
      const inBatch = new Map(rows.map((r) => [r.id, r]));
      for (const id of demoted) {
        const own = inBatch.get(id);
        if (own) own.after['isDefault'] = false;
      }
      const others = [...demoted].filter((id) => !inBatch.has(id) && id !== byDefault);
      if (others.length)
        await records.update(
          'pipeline',
          others.map((id) => ({ id, changes: { isDefault: false } })),
          { uow: batch.uow, system: true, atomic: true, verb: DEMOTED },
        );
    },
  };
}

const DEMOTED = 'defaultReplaced';
const isDemotion = (batch: WriteBatch) => batch.system && batch.verb === DEMOTED;

/**
 * Keeps at least one stage of each category in a pipeline; derives probability and forecast category from the category
 * if they are not given.
 */
export const stageRulesParticipant = (records: RecordService): WriteParticipant => ({
  name: 'pipelines.stages',
  objects: ['stage'],
  order: 100,
  async beforeSave(batch) {
    if (batch.mode === 'undo') return;
    const rows = batch.rows.filter((r) => r.ok);
    if (!rows.length) return;
    if (batch.operation === 'delete')
      return batch.system || batch.cascaded ? undefined : keepEachCategory(batch);
    if (batch.operation === 'restore') return;
    await placeNew(records, batch, rows);
    for (const row of rows) {
      const category = row.after['category'] as StageCategory;
      if (batch.operation === 'update' && row.changed('pipeline'))
        row.refuse(
          'pipeline',
          'stageStays',
          'A stage stays in its pipeline: create one in the other pipeline instead.',
        );
      if (category === 'won') row.after['probability'] = 100;
      else if (category === 'lost') row.after['probability'] = 0;
      else row.after['probability'] ??= 10;
      if (
        row.after['forecastCategory'] === null ||
        (row.changed('category') && row.given['forecastCategory'] === undefined)
      )
        row.after['forecastCategory'] = { open: 'Pipeline', won: 'Closed', lost: 'Omitted' }[category];
    }
    if (batch.operation === 'update') await keepEachCategory(batch);
  },
});

interface Place {
  id: string;
  pipeline_id: string;
  position: number;
  category: StageCategory;
}

/**
 * Assigns positions to stages without one: an open stage comes after the other open ones and before the closing ones,
 * which move back accordingly; any other stage comes last.
 */
async function placeNew(records: RecordService, batch: WriteBatch, rows: WriteBatch['rows']): Promise<void> {
  const placeless = rows.filter((row) => row.after['position'] === null && row.after['pipeline']);
  const [, found] = await batch.uow.together([
    lockOf(batch),
    {
      text: 'select id, pipeline_id, position, category from stage where pipeline_id = any($1::uuid[]) and deleted_at is null',
      values: [[...new Set(placeless.map((row) => row.after['pipeline']))]],
    },
  ]);
  const all = (found as Place[]).map((stage) => ({ ...stage, position: Number(stage.position) }));
  const moved: { id: string; changes: { position: number } }[] = [];
  for (const pipeline of new Set(placeless.map((row) => row.after['pipeline'] as string))) {
    const stages = all.filter((stage) => stage.pipeline_id === pipeline);
    const ofPipeline = placeless.filter((row) => row.after['pipeline'] === pipeline);
    const open = ofPipeline.filter((row) => row.after['category'] === 'open');
    let next = Math.max(-1, ...stages.filter((s) => s.category === 'open').map((s) => s.position)) + 1;
    const closing = stages.filter((stage) => stage.position >= next);
    const step = open.length
      ? Math.max(0, next + open.length - Math.min(...closing.map((s) => s.position)))
      : 0;
    for (const row of open) row.after['position'] = next++;
    if (step > 0)
      for (const { id, position } of closing) moved.push({ id, changes: { position: position + step } });
    let last = Math.max(
      next - 1,
      ...stages.map((s) => s.position + (s.position >= next - open.length ? step : 0)),
    );
    for (const row of ofPipeline) if (row.after['position'] === null) row.after['position'] = ++last;
  }
  if (moved.length)
    await records.update('stage', moved, { uow: batch.uow, system: true, atomic: true, verb: 'updated' });
}

/** Refuses rows that would remove the last stage of a category from their pipeline. */
async function keepEachCategory(batch: WriteBatch): Promise<void> {
  const rows = batch.rows.filter(
    (r) => r.ok && r.before && (batch.operation === 'delete' || r.changed('category')),
  );
  if (!rows.length) return;
  const [, stages] = await batch.uow.together([
    lockOf(batch),
    {
      text: 'select id, pipeline_id, category from stage where pipeline_id = any($1::uuid[]) and deleted_at is null',
      values: [[...new Set(rows.map((r) => r.before!.state['pipeline']))]],
    },
  ]);
  const after = new Map(
    stages!.map((s) => [
      s.id as string,
      { pipeline: s.pipeline_id as string, category: s.category as string },
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
