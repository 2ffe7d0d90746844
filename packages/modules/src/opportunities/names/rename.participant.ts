import type { JobQueue } from '@pellucid/platform/jobs';
import type { RecordService, WriteParticipant } from '@pellucid/platform/records';
import { composeNames, dealsNamedAfter, NAMING, type NamedDeal } from './composed-names.js';
import { followNamesJob } from './jobs/follow-names.job.js';

/** Number of renamed records in one job's payload. */
const PER_JOB = 200;

/**
 * Updates composed names when the account or product they are composed from is renamed. If there are more deals than one
 * transaction should change, a job does it.
 */
export function renameParticipant(records: RecordService, jobs: JobQueue): WriteParticipant {
  const name = 'opportunities.rename';
  const { cascades } = records.writer;
  return {
    name,
    objects: [...NAMING],
    phase: 'effects',
    order: 850,
    related(batch) {
      const renamed = batch.operation === 'update' ? batch.rows.filter((r) => r.changed('name')) : [];
      const ids = renamed.map((r) => r.id);
      return ids.length ? [dealsNamedAfter(batch.descriptor.key, ids, null, cascades.limit + 1)] : [];
    },
    async run(batch) {
      const deals: NamedDeal[] = batch.related.get(name)?.[0] ?? [];
      const names = new Map(
        batch.rows.filter((r) => r.ok && r.changed('name')).map((r) => [r.id, String(r.after['name'] ?? '')]),
      );
      const object = batch.descriptor.key as (typeof NAMING)[number];
      if (deals.length > cascades.limit) {
        const ids = [...names.keys()];
        for (let from = 0; from < ids.length; from += PER_JOB)
          await jobs.enqueue(batch.uow, followNamesJob, { object, ids: ids.slice(from, from + PER_JOB) });
        return;
      }
      const renamed = deals.flatMap((deal): NamedDeal[] => {
        const now = names.get((object === 'account' ? deal.account_id : deal.product_id) ?? '');
        return now === undefined ? [] : [{ ...deal, [object]: now }];
      });
      await composeNames(records, batch.uow, renamed, batch.mode);
    },
  };
}
