import { Module } from '@nestjs/common';
import { CustomObjectsModule } from '../custom-objects.module.js';
import { PurgeObjectHandler } from '../jobs/purge-object.handler.js';
import { PurgeRepository } from '../jobs/purge.repository.js';
import { RenameRecordsHandler } from '../jobs/rename-records.handler.js';
import { PurgeSchedule } from './purge-schedule.js';

/** Renames records, and removes those of objects that were deleted long ago. */
@Module({
  imports: [CustomObjectsModule],
  providers: [PurgeObjectHandler, PurgeRepository, RenameRecordsHandler, PurgeSchedule],
  exports: [PurgeSchedule],
})
export class CustomObjectsWorkerModule {}
