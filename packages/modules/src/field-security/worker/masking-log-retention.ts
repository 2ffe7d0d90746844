import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { Schedules } from '@pellucid/platform/jobs';
import { MaskingLogRepository } from '../log/masking-log.repository.js';

/** Deletes expired rows of the masking log. */
@Injectable()
export class MaskingLogRetention implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(MaskingLogRepository) private readonly repository: MaskingLogRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.schedules.every('purge-masking-log', { cron: '41 3 * * *', tz: 'UTC' }, () => this.purge());
  }

  /** Deletes expired rows. */
  async purge(): Promise<void> {
    await this.repository.purge(this.config.PELLUCID_MASKING_LOG_DAYS);
  }
}
