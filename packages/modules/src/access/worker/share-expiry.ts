import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Schedules } from '@pellucid/platform/jobs';
import { ExpiredSharesRepository } from './expired-shares.repository.js';

/** Removes expired shares. They had no effect since their expiry; this only keeps the table small. */
@Injectable()
export class ShareExpiry implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(ExpiredSharesRepository) private readonly shares: ExpiredSharesRepository,
  ) {}

  onModuleInit(): void {
    this.schedules.every('remove-expired-shares', { cron: '17 2 * * *', tz: 'UTC' }, () => this.run());
  }

  /** Removes every expired share. */
  async run(): Promise<void> {
    while (!(await this.shares.remove()).isLast);
  }
}
