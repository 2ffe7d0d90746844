import { Module } from '@nestjs/common';
import { DownloadLinks } from './download-links.js';
import { ExportFiles } from './export-files.js';
import { ExportWriter } from './export-writer.js';
import { ExportsRepository } from './exports.repository.js';
import { ExportsService } from './exports.service.js';

/** Exports, for API and worker. */
@Module({
  providers: [DownloadLinks, ExportFiles, ExportWriter, ExportsRepository, ExportsService],
  exports: [DownloadLinks, ExportFiles, ExportWriter, ExportsRepository, ExportsService],
})
export class ExportsModule {}
