import { Module } from '@nestjs/common';
import { ExportFiles } from './export-files.js';
import { ExportWriter } from './export-writer.js';
import { ExportsRepository } from './exports.repository.js';
import { ExportsService } from './exports.service.js';

/** Exports, for API and worker. */
@Module({
  providers: [ExportFiles, ExportWriter, ExportsRepository, ExportsService],
  exports: [ExportFiles, ExportWriter, ExportsRepository, ExportsService],
})
export class ExportsModule {}
