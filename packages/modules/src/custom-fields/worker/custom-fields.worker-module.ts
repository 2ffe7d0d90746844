import { Module } from '@nestjs/common';
import { CustomFieldsModule } from '../custom-fields.module.js';
import { IndexFieldHandler } from '../jobs/index-field.handler.js';
import { PurgeFieldHandler } from '../jobs/purge-field.handler.js';

/** Indexes values of custom fields, and removes those of deleted ones. */
@Module({
  imports: [CustomFieldsModule],
  providers: [IndexFieldHandler, PurgeFieldHandler],
  exports: [IndexFieldHandler, PurgeFieldHandler],
})
export class CustomFieldsWorkerModule {}
