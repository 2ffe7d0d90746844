import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Schedules } from '@pellucid/platform/jobs';
import { FILE_STORAGE, type FileStorage } from '@pellucid/platform/storage';
import { BIN_DAYS } from '../files.errors.js';
import { ExpiredContentsRepository } from './expired-contents.repository.js';

const HOUR_MS = 3_600_000;
/** Hours for which an upload can be resumed. */
const UPLOAD_HOURS = 24;

/** Removes the bytes of abandoned uploads, and of files that were erased or deleted for long enough. */
@Injectable()
export class FileContentRetention implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(ExpiredContentsRepository) private readonly expired: ExpiredContentsRepository,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  onModuleInit(): void {
    this.schedules.every('purge-files', { everyMs: HOUR_MS }, () => this.purge());
  }

  /** Removes what is past its time. It is safe to interrupt and repeat. */
  async purge(): Promise<void> {
    await this.expired.expireUploads(UPLOAD_HOURS);
    await this.expired.expireDeleted(BIN_DAYS);
    for (;;) {
      const parts = await this.expired.unwanted();
      if (!parts.length) return;
      for (const part of parts) await this.storage.remove(part.tenant_id, part.id);
      await this.expired.forget(parts);
    }
  }
}
