import { Module } from '@nestjs/common';
import { FilesModule } from '../files.module.js';
import { ExamineFileHandler } from '../jobs/examine-file.handler.js';
import { ExpiredContentsRepository } from './expired-contents.repository.js';
import { FileContentRetention } from './file-retention.js';

/** Examines new files, and removes the bytes of files in time. */
@Module({
  imports: [FilesModule],
  providers: [ExamineFileHandler, ExpiredContentsRepository, FileContentRetention],
})
export class FilesWorkerModule {}
