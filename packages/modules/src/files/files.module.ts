import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordReader, RecordService } from '@pellucid/platform/records';
import { StorageModule } from '@pellucid/platform/storage';
import { FileBytes } from './file-bytes.js';
import { fileParticipants } from './files.participants.js';
import { FilesRepository } from './files.repository.js';
import { FileScanner } from './scan/file-scanner.js';
import { UploadsService } from './uploads.service.js';

/** Files, for API and worker. */
@Module({
  imports: [StorageModule],
  providers: [FileBytes, FileScanner, FilesRepository, UploadsService],
  exports: [FileBytes, FileScanner, FilesRepository, UploadsService],
})
export class FilesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordReader) private readonly reader: RecordReader,
  ) {}

  onModuleInit(): void {
    for (const participant of fileParticipants(this.reader)) this.records.participate(participant);
  }
}
