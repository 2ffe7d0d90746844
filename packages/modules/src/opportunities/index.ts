export { ExchangeRatesService } from './exchange-rates.service.js';
export { opportunityRecord } from './opportunities.record.js';
export { OpportunitiesModule } from './opportunities.module.js';
export { OpportunitiesService } from './opportunities.service.js';
export {
  type LineInput,
  type OpportunityLine,
  OpportunityLinesService,
} from './opportunity-lines.service.js';
