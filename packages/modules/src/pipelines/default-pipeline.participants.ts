import type { RecordService, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { pipelinesLock } from './pipelines-lock.js';

const NAME = 'pipelines.default';
const DEMOTED = 'defaultReplaced';

/** Keeps exactly one default pipeline, as soon as there is any pipeline. */
export function defaultPipelineParticipants(records: RecordService): WriteParticipant[] {
  /** Pipelines of other batches that are the default no longer. */
  const demotedBy = new WeakMap<WriteBatch, string[]>();
  return [
    {
      name: NAME,
      objects: ['pipeline'],
      phase: 'derivations',
      order: 100,
      related: (batch) =>
        concerned(batch).length
          ? [
              pipelinesLock(),
              { text: 'select id from pipeline where is_default and deleted_at is null' },
              {
                text: 'select coalesce(max(position), -1) as position from pipeline where deleted_at is null',
              },
            ]
          : [],
      run(batch) {
        const [, current, last] = batch.related.get(NAME) ?? [];
        if (current && last) demotedBy.set(batch, place(batch, current[0]?.id, Number(last[0].position)));
      },
    },
    {
      name: 'pipelines.demotion',
      objects: ['pipeline'],
      phase: 'effects',
      order: 100,
      async run(batch) {
        const demoted = demotedBy.get(batch) ?? [];
        if (demoted.length && batch.rows.some((row) => row.ok && row.after['isDefault'] === true))
          await records.update(
            'pipeline',
            demoted.map((id) => ({ id, changes: { isDefault: false } })),
            { uow: batch.uow, asks: 'product', atomic: true, verb: DEMOTED },
          );
      },
    },
  ];
}

/** Returns the rows that may change which pipeline is the default. */
function concerned(batch: WriteBatch): WriteRow[] {
  if (batch.mode === 'undo' || (batch.asks === 'product' && batch.verb === DEMOTED)) return [];
  return batch.rows.filter(
    (r) => r.ok && (batch.operation !== 'update' || r.changed('isDefault') || r.changed('position')),
  );
}

/**
 * Gives the pipelines their positions and decides which is the default.
 * @returns the other pipelines that are the default no longer
 */
function place(batch: WriteBatch, current: string | undefined, last: number): string[] {
  const derive = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:pipelines');
  const rows = concerned(batch);
  let [byDefault, position] = [current, last];
  const demoted = new Set<string>();
  for (const row of rows) {
    if (batch.operation === 'delete') {
      if (row.id === byDefault)
        row.fail(409, 'defaultPipeline', 'This is the default pipeline. Make another one the default first.');
      continue;
    }
    if (batch.operation === 'restore') {
      // Another one has become the default meanwhile; otherwise this one could not have been deleted.
      derive(row, 'isDefault', byDefault === undefined);
      byDefault ??= row.id;
      continue;
    }
    if (row.after['position'] === null) derive(row, 'position', ++position);
    if (row.after['isDefault'] === true || !byDefault) {
      derive(row, 'isDefault', true);
      if (byDefault && byDefault !== row.id) demoted.add(byDefault);
      byDefault = row.id;
    } else if (row.id === byDefault)
      row.refuse(
        'isDefault',
        'defaultPipeline',
        'A default pipeline is required. Make another one the default instead.',
      );
    else derive(row, 'isDefault', row.after['isDefault'] ?? false);
  }
  const inBatch = new Map(rows.map((r) => [r.id, r]));
  for (const id of demoted) {
    const own = inBatch.get(id);
    if (own) derive(own, 'isDefault', false);
  }
  return [...demoted].filter((id) => !inBatch.has(id) && id !== byDefault);
}
