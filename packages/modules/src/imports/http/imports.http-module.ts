import { Module } from '@nestjs/common';
import { ImportsModule } from '../imports.module.js';
import { ImportRollbackController } from './import-rollback.controller.js';
import { ImportTemplatesController } from './import-templates.controller.js';
import { ImportsController } from './imports.controller.js';

@Module({
  imports: [ImportsModule],
  controllers: [ImportsController, ImportTemplatesController, ImportRollbackController],
})
export class ImportsHttpModule {}
