import { Module } from '@nestjs/common';
import { OpportunitiesModule } from '../opportunities.module.js';
import { BaseCurrencyController } from './base-currency.controller.js';
import { ExchangeRatesController } from './exchange-rates.controller.js';
import { OpportunitiesController } from './opportunities.controller.js';

@Module({
  imports: [OpportunitiesModule],
  controllers: [OpportunitiesController, ExchangeRatesController, BaseCurrencyController],
})
export class OpportunitiesHttpModule {}
