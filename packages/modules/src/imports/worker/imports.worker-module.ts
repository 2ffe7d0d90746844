import { Module } from '@nestjs/common';
import { ImportsModule } from '../imports.module.js';
import { ExpiredFilesRepository } from './expired-files.repository.js';
import { FileRetention } from './file-retention.js';
import { RunImportHandler } from './run-import.handler.js';

@Module({ imports: [ImportsModule], providers: [RunImportHandler, ExpiredFilesRepository, FileRetention] })
export class ImportsWorkerModule {}
