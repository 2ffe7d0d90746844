import { Module } from '@nestjs/common';
import { CustomFieldsModule } from '../custom-fields.module.js';
import { ComputedValuesConsumer } from '../computed/computed-values.consumer.js';
import { FollowReferencesHandler } from '../computed/jobs/follow-references.handler.js';
import { RecalculateObjectHandler } from '../computed/jobs/recalculate-object.handler.js';
import { ConvertFieldHandler } from '../jobs/convert-field.handler.js';
import { MergeOptionsHandler } from '../jobs/merge-options.handler.js';
import { IndexFieldHandler } from '../jobs/index-field.handler.js';
import { PurgeFieldHandler } from '../jobs/purge-field.handler.js';

/** Indexes values of custom fields, removes those of deleted ones, and keeps computed ones right. */
@Module({
  imports: [CustomFieldsModule],
  providers: [
    ComputedValuesConsumer,
    ConvertFieldHandler,
    FollowReferencesHandler,
    IndexFieldHandler,
    MergeOptionsHandler,
    PurgeFieldHandler,
    RecalculateObjectHandler,
  ],
  exports: [ConvertFieldHandler, IndexFieldHandler, MergeOptionsHandler, PurgeFieldHandler],
})
export class CustomFieldsWorkerModule {}
