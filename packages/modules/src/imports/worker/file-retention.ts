import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Schedules } from '@pellucid/platform/jobs';
import { FILE_STORAGE, type FileStorage } from '@pellucid/platform/storage';
import { ROWS_KEPT_DAYS } from '../imports.errors.js';
import { ExpiredFilesRepository } from './expired-files.repository.js';

/**
 * Days for which the content of an upload is kept. The results of its rows are kept permanently, their texts for {@link
 * ROWS_KEPT_DAYS}.
 */
const KEPT_DAYS = 7;
const HOUR_MS = 3_600_000;

/** Deletes expired uploads, because they contain personal data. */
@Injectable()
export class FileRetention implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(ExpiredFilesRepository) private readonly expired: ExpiredFilesRepository,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  onModuleInit(): void {
    this.schedules.every('purge-import-files', { everyMs: HOUR_MS }, () => this.purge());
  }

  /** Deletes what has expired. It is safe to interrupt and repeat. */
  async purge(): Promise<void> {
    for (const file of await this.expired.find(KEPT_DAYS)) {
      await this.storage.remove(file.tenant_id, file.id);
      await this.expired.markRemoved(file);
    }
    await this.expired.destroyKeys(ROWS_KEPT_DAYS);
    await this.storage.sweep(new Date(Date.now() - 24 * HOUR_MS));
  }
}
