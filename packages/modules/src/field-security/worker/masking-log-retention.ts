import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { Schedules } from '@pellucid/platform/jobs';
import { MaskingLogRepository } from '../log/masking-log.repository.js';

/** Takes rows of the masking log away that are past their time. */
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

  /** Removes what is past its time. */
  async purge(): Promise<void> {
    await this.repository.purge(this.config.PELLUCID_MASKING_LOG_DAYS);
  }
}
