import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { NotificationKinds, NotificationsModule } from '@pellucid/modules/notifications';
import { PipelineDirectory, PipelinesModule } from '@pellucid/modules/pipelines';
import { TenancyModule } from '@pellucid/modules/tenancy';
import { JobQueue } from '@pellucid/platform/jobs';
import { RecordService, ValueHistories } from '@pellucid/platform/records';
import { SettingsChecks } from '@pellucid/platform/tenancy';
import { baseCurrencyCheck } from './base-currency/base-currency.check.js';
import { BaseCurrencyRepository } from './base-currency/base-currency.repository.js';
import { BaseCurrencyService } from './base-currency/base-currency.service.js';
import { revenueParticipant } from './base-currency/revenue.participant.js';
import { BroughtStagesService } from './brought-stages.service.js';
import { dealWonKind } from './notifications/deal-won.kind.js';
import { renameParticipant } from './names/rename.participant.js';
import { ExchangeRatesRepository } from './exchange-rates.repository.js';
import { ExchangeRatesService } from './exchange-rates.service.js';
import { OpportunitiesRepository } from './opportunities.repository.js';
import { OpportunitiesService } from './opportunities.service.js';
import { linesParticipant } from './lines.participant.js';
import { OpportunityLinesService } from './opportunity-lines.service.js';
import { stageParticipants } from './stage.participant.js';
import { stageInUseParticipant } from './upkeep.participants.js';
import { valueParticipant } from './value.participant.js';

/** Deals: their stages, values, lines and exchange rates. */
@Module({
  imports: [NotificationsModule, PipelinesModule, TenancyModule],
  providers: [
    OpportunitiesRepository,
    BroughtStagesService,
    ExchangeRatesRepository,
    OpportunitiesService,
    OpportunityLinesService,
    ExchangeRatesService,
    BaseCurrencyRepository,
    BaseCurrencyService,
  ],
  exports: [
    OpportunitiesService,
    OpportunityLinesService,
    ExchangeRatesService,
    BaseCurrencyService,
    BaseCurrencyRepository,
  ],
})
export class OpportunitiesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(PipelineDirectory) private readonly pipelines: PipelineDirectory,
    @Inject(SettingsChecks) private readonly settings: SettingsChecks,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(ValueHistories) private readonly histories: ValueHistories,
    @Inject(BroughtStagesService) private readonly broughtStages: BroughtStagesService,
    @Inject(NotificationKinds) private readonly notifications: NotificationKinds,
  ) {}

  onModuleInit(): void {
    for (const participant of stageParticipants(this.pipelines)) this.records.participate(participant);
    this.records.participate(linesParticipant(this.records));
    this.records.participate(valueParticipant);
    this.records.participate(revenueParticipant);
    this.records.participate(renameParticipant(this.records, this.jobs));
    this.records.participate(stageInUseParticipant);
    this.settings.register(baseCurrencyCheck);
    this.histories.register(this.broughtStages);
    this.notifications.register(dealWonKind);
  }
}
