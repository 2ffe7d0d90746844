import { Global, Module } from '@nestjs/common';
import { FIELD_REVEALER, READ_OBSERVER } from '@pellucid/platform/records';
import { MaskingLog } from './log/masking-log.js';
import { MaskingLogRepository } from './log/masking-log.repository.js';
import { MaskingLogService } from './log/masking-log.service.js';
import { FieldProtectionRepository } from './protection/field-protection.repository.js';
import { FieldProtectionService } from './protection/field-protection.service.js';
import { RevealService } from './reveal/reveal.service.js';
import { MaskingPreviewService } from './rules/masking-preview.service.js';
import { MaskingRulesRepository } from './rules/masking-rules.repository.js';
import { MaskingRuleUses } from './rules/masking-rule-uses.js';
import { MaskingRulesService } from './rules/masking-rules.service.js';
import { ShownRecordsRepository } from './shown-records.repository.js';
import { TokenVault } from './tokens/token-vault.js';
import { TokenVaultRepository } from './tokens/token-vault.repository.js';

/**
 * How fields are masked and stored. Global, because the record engine injects {@link READ_OBSERVER} and {@link
 * FIELD_REVEALER}.
 */
@Global()
@Module({
  providers: [
    FieldProtectionRepository,
    FieldProtectionService,
    MaskingLog,
    MaskingLogRepository,
    MaskingLogService,
    MaskingPreviewService,
    MaskingRulesRepository,
    MaskingRulesService,
    MaskingRuleUses,
    RevealService,
    ShownRecordsRepository,
    TokenVault,
    TokenVaultRepository,
    { provide: READ_OBSERVER, useExisting: MaskingLog },
    { provide: FIELD_REVEALER, useExisting: RevealService },
  ],
  exports: [
    FieldProtectionRepository,
    FieldProtectionService,
    FIELD_REVEALER,
    MaskingLog,
    MaskingLogRepository,
    MaskingLogService,
    MaskingPreviewService,
    MaskingRulesService,
    READ_OBSERVER,
    TokenVault,
  ],
})
export class FieldSecurityModule {}
