import { Module } from '@nestjs/common';
import { RecalculateHandler } from '../base-currency/jobs/recalculate.handler.js';
import { OpportunitiesModule } from '../opportunities.module.js';
import { RecalculationUpkeep } from './recalculation-upkeep.js';

/** Recalculates amounts after the base currency has changed. */
@Module({
  imports: [OpportunitiesModule],
  providers: [RecalculateHandler, RecalculationUpkeep],
  exports: [RecalculationUpkeep],
})
export class OpportunitiesWorkerModule {}
