import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { LeadConversionService } from './lead-conversion.service.js';
import { leadRulesParticipant, leadStatusParticipant } from './lead-status.participant.js';
import { LeadsService } from './leads.service.js';

/** Leads and their conversion. */
@Module({ providers: [LeadsService, LeadConversionService], exports: [LeadsService, LeadConversionService] })
export class LeadsModule implements OnModuleInit {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  onModuleInit(): void {
    this.records.participate(leadStatusParticipant);
    this.records.participate(leadRulesParticipant);
  }
}
