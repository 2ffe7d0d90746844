import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { ConsumerRegistry, type FeedEvent } from '@pellucid/platform/events';
import { JobQueue } from '@pellucid/platform/jobs';
import { RecordRegistry } from '@pellucid/platform/records';
import { SearchClasses } from '../classes/search-classes.js';
import { SearchClassesRepository } from '../classes/search-classes.repository.js';
import { SearchIndexer } from '../documents/indexer.js';
import { NameReferrers } from '../documents/name-referrers.js';
import { followNamesJob, MOST_FOLLOWED } from '../jobs/follow-names.job.js';
import { SEARCH_CONSUMER } from '../search-consumer-name.js';

const BATCH = 500;

/** Keeps the index up to date by the feed: the documents of changed records, and of those that name a renamed record. */
@Injectable()
export class SearchConsumer implements OnModuleInit {
  constructor(
    @Inject(ConsumerRegistry) private readonly consumers: ConsumerRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(SearchClasses) private readonly classes: SearchClasses,
    @Inject(SearchClassesRepository) private readonly repository: SearchClassesRepository,
    @Inject(SearchIndexer) private readonly indexer: SearchIndexer,
    @Inject(NameReferrers) private readonly referrers: NameReferrers,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: SEARCH_CONSUMER,
      // A company's own objects are not known here.
      objects: '*',
      verbs: '*',
      grouping: 'batch',
      batchSize: BATCH,
      // What was there before is indexed by the first rebuild.
      startAt: 'head',
      handle: (events, uow) => this.handle(events, uow),
    });
  }

  private async handle(events: FeedEvent[], uow: UnitOfWork): Promise<void> {
    const snapshot = await this.directory.current();
    const searched = new Set(this.classes.objects(snapshot));
    const byObject = Map.groupBy(
      events.filter(({ object }) => searched.has(object)),
      ({ object }) => object,
    );
    if (!byObject.size) return;
    await this.repository.lock(uow);
    const classes = await this.classes.upToDate(uow);
    for (const [object, own] of byObject) {
      await this.indexer.index(uow, object, [...new Set(own.map(({ recordId }) => recordId))], classes);
      const { nameFields, nameFallbacks } = this.registry.forTenant(object, snapshot);
      const naming = new Set([...nameFields, ...nameFallbacks]);
      const renamed = own.filter(
        ({ verb, fields }) => verb !== 'created' && fields.some((key) => naming.has(key)),
      );
      await this.followNames(uow, object, [...new Set(renamed.map(({ recordId }) => recordId))], snapshot);
    }
  }

  /** Enqueues what brings the documents up to date that name some of the records; nothing if there are none. */
  private async followNames(
    uow: UnitOfWork,
    object: string,
    ids: string[],
    snapshot: TenantSnapshot,
  ): Promise<void> {
    if (!ids.length) return;
    const limits = { tenantId: uow.tenantId, ids, after: null, limit: 1 };
    const naming = await uow.together(
      this.referrers
        .of(object, snapshot)
        .map((each) => this.referrers.statement(each, object, snapshot, limits)),
    );
    if (!naming.some((rows) => rows.length)) return;
    for (let at = 0; at < ids.length; at += MOST_FOLLOWED)
      await this.jobs.enqueue(uow, followNamesJob, { object, ids: ids.slice(at, at + MOST_FOLLOWED) });
  }
}
