import { Module } from '@nestjs/common';
import { RecalculateHandler } from '../base-currency/jobs/recalculate.handler.js';
import { FollowNamesHandler } from '../names/jobs/follow-names.handler.js';
import { OpportunitiesModule } from '../opportunities.module.js';
import { RecalculationUpkeep } from './recalculation-upkeep.js';

/** Recalculates amounts after the base currency has changed, and lets names follow those that they are composed of. */
@Module({
  imports: [OpportunitiesModule],
  providers: [FollowNamesHandler, RecalculateHandler, RecalculationUpkeep],
  exports: [RecalculationUpkeep],
})
export class OpportunitiesWorkerModule {}
