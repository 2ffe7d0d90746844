import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Schedules } from '@pellucid/platform/jobs';
import { FILE_STORAGE, type FileStorage } from '@pellucid/platform/storage';
import { KEPT_DAYS } from '../exports.errors.js';
import { ExpiredExportsRepository } from './expired-exports.repository.js';

const HOUR_MS = 3_600_000;

/** Removes the files of exports in time, because they contain personal data. */
@Injectable()
export class ExportRetention implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(ExpiredExportsRepository) private readonly expired: ExpiredExportsRepository,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  onModuleInit(): void {
    this.schedules.every('purge-export-files', { everyMs: HOUR_MS }, () => this.purge());
  }

  /** Removes what has expired or was deleted. It is safe to interrupt and repeat. */
  async purge(): Promise<void> {
    await this.expired.expire(KEPT_DAYS);
    for (;;) {
      const parts = await this.expired.unwanted();
      if (!parts.length) return;
      for (const part of parts) await this.storage.remove(part.tenant_id, part.id);
      await this.expired.forget(parts);
    }
  }
}
