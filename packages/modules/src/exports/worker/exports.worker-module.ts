import { Module } from '@nestjs/common';
import { ExportsModule } from '../exports.module.js';
import { RunExportHandler } from '../jobs/run-export.handler.js';
import { ExpiredExportsRepository } from './expired-exports.repository.js';
import { ExportRetention } from './export-retention.js';

/** Writes exports in the worker, and removes their files in time. */
@Module({
  imports: [ExportsModule],
  providers: [RunExportHandler, ExpiredExportsRepository, ExportRetention],
})
export class ExportsWorkerModule {}
