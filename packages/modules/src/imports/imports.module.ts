import { Module } from '@nestjs/common';
import { StorageModule } from '@pellucid/platform/storage';
import { BatchPreparation } from './engine/batch-preparation.js';
import { ImportRunner } from './engine/import-runner.js';
import { RowCorrections } from './engine/row-corrections.js';
import { ImportFiles } from './import-files.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';

/** Imports of records from files. */
@Module({
  imports: [StorageModule],
  providers: [ImportsRepository, ImportFiles, BatchPreparation, ImportRunner, RowCorrections, ImportsService],
  exports: [ImportsRepository, ImportFiles, ImportRunner, ImportsService],
})
export class ImportsModule {}
