import { Module } from '@nestjs/common';
import { ImportsModule } from '../imports.module.js';
import { ExpiredFilesRepository } from './expired-files.repository.js';
import { FileRetention } from './file-retention.js';
import { RollBackImportHandler } from './roll-back-import.handler.js';
import { RunImportHandler } from './run-import.handler.js';

@Module({
  imports: [ImportsModule],
  providers: [RunImportHandler, RollBackImportHandler, ExpiredFilesRepository, FileRetention],
})
export class ImportsWorkerModule {}
