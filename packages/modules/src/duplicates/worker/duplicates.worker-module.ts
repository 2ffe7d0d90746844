import { Module } from '@nestjs/common';
import { DuplicatesModule } from '../duplicates.module.js';
import { FindDuplicatesHandler } from '../jobs/find-duplicates.handler.js';
import { DuplicatesConsumer } from './duplicates-consumer.js';
import { KeyUpkeep } from './key-upkeep.js';

/** Finds duplicates in the worker. */
@Module({
  imports: [DuplicatesModule],
  providers: [DuplicatesConsumer, KeyUpkeep, FindDuplicatesHandler],
  exports: [KeyUpkeep],
})
export class DuplicatesWorkerModule {}
