import { Module } from '@nestjs/common';
import { FieldSecurityModule } from '../field-security.module.js';
import { FieldEncryptionController } from './field-encryption.controller.js';
import { MaskingLogController } from './masking-log.controller.js';
import { MaskingRulesController } from './masking-rules.controller.js';

/** Provides the endpoints of masking, encryption and the masking log. */
@Module({
  imports: [FieldSecurityModule],
  controllers: [MaskingRulesController, FieldEncryptionController, MaskingLogController],
})
export class FieldSecurityHttpModule {}
