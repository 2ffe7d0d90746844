import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { leaversParticipant } from './leavers.participant.js';
import { loginGuardParticipant } from './login-guard.participant.js';

@Module({})
export class MembersModule implements OnModuleInit {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  onModuleInit(): void {
    this.records.participate(loginGuardParticipant);
    this.records.participate(leaversParticipant);
  }
}
