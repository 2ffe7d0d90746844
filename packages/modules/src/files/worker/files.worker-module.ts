import { Module } from '@nestjs/common';
import { FilesModule } from '../files.module.js';
import { ExpiredContentsRepository } from './expired-contents.repository.js';
import { FileContentRetention } from './file-retention.js';

/** Removes the bytes of files in time. */
@Module({
  imports: [FilesModule],
  providers: [ExpiredContentsRepository, FileContentRetention],
})
export class FilesWorkerModule {}
