import { Module } from '@nestjs/common';
import { BulkModule } from '../bulk.module.js';
import { RunBulkHandler } from '../jobs/run-bulk.handler.js';

/** Does bulk work. */
@Module({ imports: [BulkModule], providers: [RunBulkHandler] })
export class BulkWorkerModule {}
