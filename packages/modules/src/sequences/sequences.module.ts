import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { RecordService } from '@pellucid/platform/records';
import { runParticipants } from './run.participants.js';
import { startParticipants } from './start.participants.js';

/** Sequences of tasks, calls and meetings, and their runs. */
@Module({})
export class SequencesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  onModuleInit(): void {
    for (const each of [...startParticipants(this.records, this.directory), ...runParticipants(this.records)])
      this.records.participate(each);
  }
}
