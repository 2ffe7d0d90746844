import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { type FeedReader, FeedRetention } from '@pellucid/platform/events';
import { AnchorFiles } from '../sealing/anchor-file.js';
import { SealsRepository } from '../sealing/seals.repository.js';

/** Keeps events in the feed until a seal and its anchor have recorded their positions. */
@Injectable()
export class SealedPlaces implements FeedReader, OnModuleInit {
  readonly name = 'audit-seals';
  private readonly anchors: AnchorFiles;

  constructor(
    @Inject(FeedRetention) private readonly retention: Pick<FeedRetention, 'register'>,
    @Inject(SealsRepository) private readonly seals: SealsRepository,
    @Inject(CONFIG) config: Pick<Config, 'PELLUCID_DATA_DIR'>,
  ) {
    this.anchors = new AnchorFiles(config.PELLUCID_DATA_DIR);
  }

  onModuleInit(): void {
    this.retention.register(this);
  }

  /** Returns the last position that an anchored seal covers. */
  async readTo(tenantId: string): Promise<number> {
    return this.seals.endOf(tenantId, await this.anchors.lastNumber(tenantId));
  }
}
