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
import { RecordRegistry, referringIds } from '@pellucid/platform/records';
import { SearchClasses } from '../classes/search-classes.js';
import { SearchClassesRepository } from '../classes/search-classes.repository.js';
import { SearchIndexer } from '../documents/indexer.js';
import { searchedFields } from '../documents/searched-fields.js';
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
    const referrers = this.registry
      .referrersOf(object, snapshot)
      .filter(
        ({ object: of, field }) =>
          of.listed &&
          field.storage.linked &&
          searchedFields(of, this.registry, snapshot).some(
            (each) => each.isByName && each.field.key === field.key,
          ),
      );
    const referrer = referrers[place];
    if (!referrer) return { done: true };
    await this.repository.lock(uow);
    const target = { object, source: this.registry.forTenant(object, snapshot).source, alias: 'g' };
    const referring = referringIds(
      { storage: referrer.field.storage, record: 't', target },
      referrer.object.source,
      '$1',
      'g.id = any($2::uuid[])',
    );
    const rows = await uow.run<{ id: string }>({
      text: `select distinct r.id from (${referring}) r (id) where $3::uuid is null or r.id > $3 order by r.id limit ${BATCH}`,
      values: [uow.tenantId, ids, after],
    });
    const found = rows.map(({ id }) => id);
    const { classes } = await this.repository.classes(uow);
    if (found.length) await this.indexer.index(uow, referrer.object.key, found, classes);
    return {
      next: found.length === BATCH ? { place, after: found.at(-1)! } : { place: place + 1, after: null },
    };
  }
}
