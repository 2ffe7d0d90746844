import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { ConsumerRegistry, type FeedEvent } from '@pellucid/platform/events';
import { plansFor, RecordRegistry } from '@pellucid/platform/records';
import { PairFinder } from '../pairs/pair-finder.js';

/** Keeps pairs of duplicates up to date by the feed: records that are new, or whose compared fields have changed. */
@Injectable()
export class DuplicatesConsumer implements OnModuleInit {
  constructor(
    @Inject(ConsumerRegistry) private readonly consumers: ConsumerRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(PairFinder) private readonly finder: PairFinder,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'duplicates',
      // A company's own objects are not known here.
      objects: '*',
      verbs: '*',
      grouping: 'batch',
      batchSize: 500,
      // What was there before is compared by a search.
      startAt: 'head',
      handle: (events, uow) => this.handle(events, uow),
    });
  }

  private async handle(events: FeedEvent[], uow: UnitOfWork): Promise<void> {
    const snapshot = await this.directory.current();
    if (!snapshot.duplicateRules.length) return;
    for (const [object, own] of Map.groupBy(events, ({ object }) => object)) {
      const plans = this.registry.has(object, snapshot) ? plansFor(object, this.registry, snapshot) : [];
      const compared = new Set(plans.flatMap(({ sides }) => sides.get(object)!.keys));
      const ids = own
        .filter(({ verb, fields }) => verb === 'created' || fields.some((key) => compared.has(key)))
        .map(({ recordId }) => recordId);
      if (plans.length && ids.length) await this.finder.refresh(uow, object, [...new Set(ids)]);
    }
  }
}
