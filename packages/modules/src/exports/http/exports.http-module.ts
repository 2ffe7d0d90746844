import { Module } from '@nestjs/common';
import { IdentityModule } from '@pellucid/modules/identity';
import { ExportsModule } from '../exports.module.js';
import { ExportDownloads } from './export-downloads.js';
import { ExportsController } from './exports.controller.js';

/** Provides the endpoints of exports. */
@Module({
  imports: [ExportsModule, IdentityModule],
  providers: [ExportDownloads],
  controllers: [ExportsController],
})
export class ExportsHttpModule {}
