import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { mentionsParticipant } from '@pellucid/modules/notes';
import { AutoFollow, NotificationsModule } from '@pellucid/modules/notifications';
import { RecordRegistry, RecordService } from '@pellucid/platform/records';
import { commentParticipant, commentRules } from './comments.participants.js';
import { CommentsService } from './comments.service.js';
import { threadsParticipant } from './threads.participant.js';

/** Comments: what people say to each other about records. */
@Module({ imports: [NotificationsModule], providers: [CommentsService], exports: [CommentsService] })
export class CommentsModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AutoFollow) private readonly following: AutoFollow,
  ) {}

  onModuleInit(): void {
    this.records.participate(threadsParticipant(this.registry));
    this.records.participate(commentParticipant);
    this.records.participate(mentionsParticipant(this.records, ['comment']));
    this.records.participate(commentRules);
    this.following.discussIn('comment');
  }
}
