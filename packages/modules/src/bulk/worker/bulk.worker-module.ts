import { Module } from '@nestjs/common';
import { BulkModule } from '../bulk.module.js';
import { RunCascadeHandler } from '../jobs/run-cascade.handler.js';
import { RunBulkHandler } from '../jobs/run-bulk.handler.js';

/** Runs bulk jobs in the worker. */
@Module({ imports: [BulkModule], providers: [RunBulkHandler, RunCascadeHandler] })
export class BulkWorkerModule {}
