import { Module } from '@nestjs/common';
import { AuditLogRepository } from './audit-log.repository.js';
import { AuditLogService } from './audit-log.service.js';
import { SealMetrics } from './sealing/seal-metrics.js';
import { SealsRepository } from './sealing/seals.repository.js';
import { SeenRecordsRepository } from './seen-records.repository.js';

/** The audit log and its seals. */
@Module({
  providers: [AuditLogRepository, SeenRecordsRepository, AuditLogService, SealsRepository, SealMetrics],
  exports: [AuditLogService, SealsRepository],
})
export class AuditModule {}
