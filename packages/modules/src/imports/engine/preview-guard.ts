import type { UnitOfWork } from '@pellucid/platform/db';
import type { PreviewedRow } from '../imports.types.js';
import { type Reason, reason } from '../reasons/reason.js';
import type { BatchWorld, Pending } from './batch-world.js';
import { matchKeys } from './import-plan.js';

/**
 * Refuses rows that would have another outcome than in the preview: others created, changed or deleted their records since. Rows
 * that failed there fail again, for the same reasons.
 */
export async function holdToPreview(uow: UnitOfWork, world: BatchWorld, rows: Pending[]): Promise<void> {
  const { expected, plan, importId } = world;
  if (!expected) return;
  const differing: { pending: Pending; told: PreviewedRow }[] = [];
  for (const pending of rows) {
    const { read, match } = pending;
    const told = expected.rows.get(read.row);
    if (!told) read.reasons.push({ row: read.row, reason: reason('notInPreview') });
    else if (told.status === 'failed' && !isWithoutReference(told)) {
      read.reasons = read.rows.flatMap(({ row }) =>
        (expected.rows.get(row)?.reasons ?? []).map((why) => ({ row, reason: why })),
      );
    } else if (read.reasons.length === 0) {
      const isSame =
        (match?.id ?? null) === told.record_id && (match?.version ?? null) === told.record_version;
      if (!isSame) differing.push({ pending, told });
    }
  }
  if (!differing.length) return;
  // What earlier rows of this import did is no difference: in the preview, they had the same effect.
  const ids = differing.flatMap(({ pending: { match } }) => match?.id ?? []);
  const own = new Set(
    ids.length
      ? (await uow.run<{ record_id: string }>(world.rows.rowsOfRecords(importId, ids))).map(
          (r) => r.record_id,
        )
      : [],
  );
  const fields = matchKeys(plan);
  for (const { pending, told } of differing) {
    const { read, match } = pending;
    if (match && own.has(match.id)) continue;
    const why: Reason =
      match && told.record_id === null
        ? reason('createdSincePreview', { fields })
        : match
          ? reason('changedSincePreview')
          : reason('goneSincePreview', { fields });
    read.reasons.push({ row: read.row, reason: why });
  }
}

/** Whether the row's record was written in the preview, and only a reference between rows could not be set. */
const isWithoutReference = ({ reasons }: PreviewedRow) => reasons?.[0]?.code === 'wouldLackReference';
