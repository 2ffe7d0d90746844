import { Module } from '@nestjs/common';
import { IdentityModule } from '@pellucid/modules/identity';
import { FilesModule } from '../files.module.js';
import { FileDownloads } from './file-downloads.js';
import { FilesController } from './files.controller.js';

/** Provides the endpoints of files. */
@Module({
  imports: [FilesModule, IdentityModule],
  providers: [FileDownloads],
  controllers: [FilesController],
})
export class FilesHttpModule {}
