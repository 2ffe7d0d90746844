import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { RecordService } from '@pellucid/platform/records';
import { ProvisioningRegistry } from '@pellucid/platform/tenancy';
import { duplicatesParticipant } from './check/duplicates.participant.js';
import { DuplicateSearches } from './jobs/duplicate-searches.js';
import { PairFinder } from './pairs/pair-finder.js';
import { PairsRepository } from './pairs/pairs.repository.js';
import { PairsService } from './pairs/pairs.service.js';
import { defaultRulesStep } from './rules/default-rules.step.js';
import { DuplicateRulesRepository } from './rules/duplicate-rules.repository.js';
import { DuplicateRulesService } from './rules/duplicate-rules.service.js';
import { RuleFieldUses } from './rules/rule-field-uses.js';
import { RuleTrials } from './rules/rule-trials.js';

/** Rules about duplicates, what they do with writes, and the pairs found in existing data. */
@Module({
  providers: [
    DuplicateRulesRepository,
    DuplicateRulesService,
    RuleFieldUses,
    RuleTrials,
    PairsRepository,
    PairFinder,
    PairsService,
    DuplicateSearches,
  ],
  exports: [
    DuplicateRulesRepository,
    DuplicateRulesService,
    RuleTrials,
    PairsRepository,
    PairFinder,
    PairsService,
    DuplicateSearches,
  ],
})
export class DuplicatesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ProvisioningRegistry) private readonly provisioning: ProvisioningRegistry,
    @Inject(DuplicateRulesRepository) private readonly rules: DuplicateRulesRepository,
  ) {}

  onModuleInit(): void {
    this.records.participate(duplicatesParticipant(this.records.reader, this.directory));
    this.provisioning.register(defaultRulesStep(this.rules, this.records.reader.registry, this.directory));
  }
}
