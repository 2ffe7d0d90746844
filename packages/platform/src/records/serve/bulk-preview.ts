import type { UnitOfWorkFactory } from '../../db/unit-of-work.js';
import type { FieldProblem } from '../../errors/index.js';
import type { FilterContext } from '../decide/index.js';
import { type PresentedRecord, type RecordReader, type ShownChange, shownChanges } from '../read/index.js';
import type { RowOutcome } from '../write/index.js';
import type { BulkRequest } from './bulk.js';

/** Most rows that a preview tries. */
export const PREVIEWED = 500;
/** Most rows of the sample, and most failures. */
const SHOWN = 20;

/** What bulk work would do. */
export interface BulkPreview {
  /** Number of records that it is about. */
  total: number;
  /** Number of rows that were tried: the first ones. */
  tried: number;
  /** Outcomes of the tried rows. */
  counts: Record<string, number>;
  /** Some of the rows that would change. */
  sample: { id?: string; name?: string; changes: ShownChange[] }[];
  /** Some of the rows that would be refused, with the reasons. */
  refused: { index: number; id?: string; name?: string; errors: FieldProblem[] }[];
}

/** Ends the transaction of a preview. */
class RolledBack extends Error {
  override name = 'RolledBack';
}

/** What a preview works with. */
interface PreviewTools {
  units: UnitOfWorkFactory;
  reader: RecordReader;
  context: FilterContext;
}

/**
 * Returns what bulk work would do: it writes the first rows as the real work would, and rolls everything back. So every
 * rule and right counts, and values are shown as the caller is shown them.
 * @param ids of the tried records; none for new ones
 * @param write writes the tried rows in the given unit of work, and returns the records as they are afterwards
 */
export async function previewBulk(
  { units, reader, context }: PreviewTools,
  request: BulkRequest,
  { total, ids }: { total: number; ids: string[] },
  write: (uow: Parameters<Parameters<UnitOfWorkFactory['run']>[0]>[0]) => Promise<RowOutcome[]>,
): Promise<BulkPreview> {
  let preview: BulkPreview | undefined;
  const work = units.run(async (uow) => {
    const plan = reader.readPlan(context);
    const which = request.action === 'restore' ? 'deleted' : 'living';
    const rows = ids.length ? await uow.run<any[]>(reader.byIds(plan, ids, context, 'read', which)) : [];
    const before = new Map(
      rows.map((row) => {
        const record = plan.load(row);
        return [record.id, reader.presentOne(record, context)];
      }),
    );
    const outcomes = await write(uow);
    preview = summary(context, total, before, outcomes);
    throw new RolledBack();
  });
  await work.catch((error) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  const names = await reader.visibleNames(
    context.descriptor.key,
    [...preview!.sample, ...preview!.refused].flatMap(({ id }) => id ?? []),
  );
  const named = <Row extends { id?: string }>(row: Row) => {
    const name = row.id === undefined ? undefined : names.get(row.id);
    return name === undefined ? row : { ...row, name };
  };
  return { ...preview!, sample: preview!.sample.map(named), refused: preview!.refused.map(named) };
}

function summary(
  context: FilterContext,
  total: number,
  before: Map<string, PresentedRecord>,
  outcomes: RowOutcome[],
): BulkPreview {
  const counts: Record<string, number> = {};
  const preview: BulkPreview = { total, tried: outcomes.length, counts, sample: [], refused: [] };
  for (const { index, id, status, errors, failure, record } of outcomes) {
    counts[status] = (counts[status] ?? 0) + 1;
    // A new record has no id yet that anybody could use.
    const own = status === 'created' || id === undefined ? {} : { id };
    if (status === 'failed') {
      const reasons = errors ?? [{ pointer: '', code: failure!.code, message: failure!.detail }];
      if (preview.refused.length < SHOWN) preview.refused.push({ index, ...own, errors: reasons });
    } else if (status !== 'unchanged' && preview.sample.length < SHOWN) {
      const earlier = id === undefined ? undefined : before.get(id);
      preview.sample.push({ ...own, changes: shownChanges(context.descriptor, earlier, record) });
    }
  }
  return preview;
}
