import { Module } from '@nestjs/common';
import { OpportunitiesModule } from '../opportunities.module.js';
import { ExchangeRatesController } from './exchange-rates.controller.js';
import { OpportunitiesController } from './opportunities.controller.js';

@Module({ imports: [OpportunitiesModule], controllers: [OpportunitiesController, ExchangeRatesController] })
export class OpportunitiesHttpModule {}
