import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { mentionsParticipant } from './mentions.participant.js';
import { titleParticipant } from './title.participant.js';

/** Notes: rich text about any records. */
@Module({})
export class NotesModule implements OnModuleInit {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  onModuleInit(): void {
    this.records.participate(titleParticipant);
    this.records.participate(mentionsParticipant(this.records, ['note']));
  }
}
