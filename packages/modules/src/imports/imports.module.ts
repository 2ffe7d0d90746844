import { Module } from '@nestjs/common';
import { StorageModule } from '@pellucid/platform/storage';
import { BatchPreparation } from './engine/batch-preparation.js';
import { ImportRunner } from './engine/import-runner.js';
import { RowCorrections } from './engine/row-corrections.js';
import { ImportFiles } from './import-files.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { ImportRollbackRepository } from './rollback/import-rollback.repository.js';
import { ImportRollbackService } from './rollback/import-rollback.service.js';
import { UndoModule } from '@pellucid/modules/undo';

/** Imports of records from files. */
@Module({
  imports: [StorageModule, UndoModule],
  providers: [
    ImportsRepository,
    ImportFiles,
    BatchPreparation,
    ImportRunner,
    RowCorrections,
    ImportsService,
    ImportRollbackRepository,
    ImportRollbackService,
  ],
  exports: [
    ImportsRepository,
    ImportFiles,
    ImportRunner,
    ImportsService,
    ImportRollbackRepository,
    ImportRollbackService,
  ],
})
export class ImportsModule {}
