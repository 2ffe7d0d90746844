import { Global, Module } from '@nestjs/common';
import { BULK_JOBS } from '@pellucid/platform/records';
import { BulkRepository } from './bulk.repository.js';
import { BulkService } from './bulk.service.js';

/** Large bulk work. Global, because the record engine injects {@link BULK_JOBS}. */
@Global()
@Module({
  providers: [BulkRepository, BulkService, { provide: BULK_JOBS, useExisting: BulkService }],
  exports: [BULK_JOBS, BulkService, BulkRepository],
})
export class BulkModule {}
