import { Module } from '@nestjs/common';
import { AuditModule } from '../audit.module.js';
import { AuditController } from './audit.controller.js';

/** The endpoints of the audit. */
@Module({ imports: [AuditModule], controllers: [AuditController] })
export class AuditHttpModule {}
