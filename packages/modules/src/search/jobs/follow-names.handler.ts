import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type BatchOutcome,
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { RecordRegistry } from '@pellucid/platform/records';
import { SearchClasses } from '../classes/search-classes.js';
import { SearchClassesRepository } from '../classes/search-classes.repository.js';
import { SearchIndexer } from '../documents/indexer.js';
import { NameReferrers } from '../documents/name-referrers.js';
import { followNamesJob } from './follow-names.job.js';

const BATCH = 500;

/** Position among the fields that refer to the object, and the last record that is done. */
interface Cursor {
  place: number;
  after: string | null;
}

/** Indexes records again whose documents contain the name of a renamed record, in batches. */
@JobHandler(followNamesJob)
export class FollowNamesHandler implements JobHandling<typeof followNamesJob> {
  constructor(
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(SearchClasses) private readonly classes: SearchClasses,
    @Inject(SearchClassesRepository) private readonly repository: SearchClassesRepository,
    @Inject(SearchIndexer) private readonly indexer: SearchIndexer,
    @Inject(NameReferrers) private readonly referrers: NameReferrers,
  ) {}

  async handle(payload: JobPayload<typeof followNamesJob>, run: JobRun): Promise<void> {
    await this.batches.run<Cursor>(run, {
      start: { place: 0, after: null },
      batch: (uow, cursor) => this.batch(uow, payload, cursor),
    });
  }

  private async batch(
    uow: UnitOfWork,
    { object, ids }: JobPayload<typeof followNamesJob>,
    { place, after }: Cursor,
  ): Promise<BatchOutcome<Cursor>> {
    const snapshot = await this.directory.current();
    if (!this.registry.has(object, snapshot)) return { done: true };
    const referrers = this.referrers.of(object, snapshot);
    const referrer = referrers[place];
    if (!referrer) return { done: true };
    await this.repository.lock(uow);
    const limits = { tenantId: uow.tenantId, ids, after, limit: BATCH };
    const rows = await uow.run<{ id: string }>(this.referrers.statement(referrer, object, snapshot, limits));
    const found = rows.map(({ id }) => id);
    const { classes } = await this.repository.classes(uow);
    if (found.length) await this.indexer.index(uow, referrer.object.key, found, classes);
    return {
      next: found.length === BATCH ? { place, after: found.at(-1)! } : { place: place + 1, after: null },
    };
  }
}
