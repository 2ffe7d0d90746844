import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type FeedReader, FeedRetention } from '@pellucid/platform/events';
import { ANCHORS, type Anchors } from '../sealing/anchors.js';
import { SealsRepository } from '../sealing/seals.repository.js';

/** Keeps events in the feed until a seal and its anchor have recorded their positions. */
@Injectable()
export class SealedPlaces implements FeedReader, OnModuleInit {
  readonly name = 'audit-seals';

  constructor(
    @Inject(FeedRetention) private readonly retention: Pick<FeedRetention, 'register'>,
    @Inject(SealsRepository) private readonly seals: SealsRepository,
    @Inject(ANCHORS) private readonly anchors: Anchors,
  ) {}

  onModuleInit(): void {
    this.retention.register(this);
  }

  /** Returns the last position that an anchored seal covers. */
  async readTo(tenantId: string): Promise<number> {
    return this.seals.endOf(tenantId, await this.anchors.lastNumber(tenantId));
  }
}
