import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { PipelineDirectory, PipelinesModule } from '@pellucid/modules/pipelines';
import { RecordService } from '@pellucid/platform/records';
import { SettingsChecks } from '@pellucid/platform/tenancy';
import { ExchangeRatesRepository } from './exchange-rates.repository.js';
import { ExchangeRatesService } from './exchange-rates.service.js';
import { OpportunitiesRepository } from './opportunities.repository.js';
import { OpportunitiesService } from './opportunities.service.js';
import { OpportunityLinesService } from './opportunity-lines.service.js';
import { stageParticipant } from './stage.participant.js';
import { baseCurrencyCheck, renameParticipant, stageInUseParticipant } from './upkeep.participants.js';
import { valueParticipant } from './value.participant.js';

/** Deals: their stages, values, lines and exchange rates. */
@Module({
  imports: [PipelinesModule],
  providers: [
    OpportunitiesRepository,
    ExchangeRatesRepository,
    OpportunitiesService,
    OpportunityLinesService,
    ExchangeRatesService,
  ],
  exports: [OpportunitiesService, OpportunityLinesService, ExchangeRatesService],
})
export class OpportunitiesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(PipelineDirectory) private readonly pipelines: PipelineDirectory,
    @Inject(SettingsChecks) private readonly settings: SettingsChecks,
  ) {}

  onModuleInit(): void {
    this.records.participate(stageParticipant(this.pipelines));
    this.records.participate(valueParticipant);
    this.records.participate(renameParticipant(this.records));
    this.records.participate(stageInUseParticipant);
    this.settings.register(baseCurrencyCheck);
  }
}
