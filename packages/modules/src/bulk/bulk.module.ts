import { Global, Module } from '@nestjs/common';
import { BULK_QUEUE } from '@pellucid/platform/records';
import { BulkRepository } from './bulk.repository.js';
import { BulkService } from './bulk.service.js';

/** Large bulk work. Global, because the record engine injects {@link BULK_QUEUE}. */
@Global()
@Module({
  providers: [BulkRepository, BulkService, { provide: BULK_QUEUE, useExisting: BulkService }],
  exports: [BULK_QUEUE, BulkService, BulkRepository],
})
export class BulkModule {}
