import { Module } from '@nestjs/common';
import { FollowNamesHandler } from '../jobs/follow-names.handler.js';
import { RebuildSearchHandler } from '../jobs/rebuild.handler.js';
import { RebuildWork } from '../jobs/rebuild-work.js';
import { SearchModule } from '../search.module.js';
import { ClassUpkeep } from './class-upkeep.js';
import { SearchConsumer } from './search-consumer.js';

/** Keeps the index of the search up to date in the worker. */
@Module({
  imports: [SearchModule],
  providers: [SearchConsumer, ClassUpkeep, RebuildWork, RebuildSearchHandler, FollowNamesHandler],
  exports: [ClassUpkeep],
})
export class SearchWorkerModule {}
