import { Module } from '@nestjs/common';
import { FieldSecurityModule } from '../field-security.module.js';
import { ProtectFieldHandler } from '../protection/jobs/protect-field.handler.js';
import { ResealTokensHandler } from '../tokens/jobs/reseal-tokens.handler.js';
import { FieldKeyUpkeep } from './field-key-upkeep.js';
import { MaskingLogRetention } from './masking-log-retention.js';

/** Rewrites stored values, records keys, and purges the masking log. */
@Module({
  imports: [FieldSecurityModule],
  providers: [ProtectFieldHandler, ResealTokensHandler, FieldKeyUpkeep, MaskingLogRetention],
  exports: [MaskingLogRetention],
})
export class FieldSecurityWorkerModule {}
