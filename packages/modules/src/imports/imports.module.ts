import { Module } from '@nestjs/common';
import { NotificationsModule } from '@pellucid/modules/notifications';
import { TemplatesModule } from '@pellucid/modules/templates';
import { StorageModule } from '@pellucid/platform/storage';
import { BatchPreparation } from './engine/batch-preparation.js';
import { ImportRunner } from './engine/import-runner.js';
import { RowCorrections } from './engine/row-corrections.js';
import { ImportEndNotices } from './import-end-notices.js';
import { ImportFiles } from './import-files.js';
import { FailedRowsService } from './failed-rows.service.js';
import { ImportAccess } from './import-access.js';
import { ImportFilesRepository } from './import-files.repository.js';
import { ImportInspectionService } from './import-inspection.service.js';
import { ImportRowsRepository } from './import-rows.repository.js';
import { ImportStartService } from './import-start.service.js';
import { PreviewCheck } from './preview-check.js';
import { ImportOutcomesService } from './import-outcomes.service.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { ImportRollbackEnd } from './rollback/import-rollback-end.js';
import { ImportRollbackRepository } from './rollback/import-rollback.repository.js';
import { ImportRollbackService } from './rollback/import-rollback.service.js';
import { ImportTemplateUses } from './templates/import-template-uses.js';
import { ImportTemplatesService } from './templates/import-templates.service.js';
import { UndoModule } from '@pellucid/modules/undo';

/** Imports of records from files. */
@Module({
  imports: [NotificationsModule, StorageModule, TemplatesModule, UndoModule],
  providers: [
    ImportsRepository,
    ImportRowsRepository,
    ImportFilesRepository,
    ImportAccess,
    ImportFiles,
    BatchPreparation,
    ImportEndNotices,
    ImportRunner,
    RowCorrections,
    ImportsService,
    ImportInspectionService,
    ImportStartService,
    FailedRowsService,
    PreviewCheck,
    ImportOutcomesService,
    ImportTemplatesService,
    ImportTemplateUses,
    ImportRollbackRepository,
    ImportRollbackEnd,
    ImportRollbackService,
  ],
  exports: [
    ImportsRepository,
    ImportAccess,
    ImportEndNotices,
    ImportFiles,
    ImportRunner,
    ImportsService,
    ImportInspectionService,
    ImportStartService,
    FailedRowsService,
    PreviewCheck,
    ImportOutcomesService,
    ImportTemplatesService,
    ImportRollbackRepository,
    ImportRollbackEnd,
    ImportRollbackService,
  ],
})
export class ImportsModule {}
