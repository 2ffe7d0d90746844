import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { FollowsRepository } from './follows.repository.js';

/** Lets people who follow a record follow the one that it is merged into. They follow it still if the merge is undone. */
@Injectable()
export class MergedFollows implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(FollowsRepository) private readonly follows: FollowsRepository,
  ) {}

  onModuleInit(): void {
    this.records.participate({
      name: 'notifications.merged-follows',
      objects: '*',
      phase: 'effects',
      order: 910,
      run: async ({ operation, merge, uow }) => {
        if (operation === 'delete' && merge)
          await this.follows.copy(uow, merge.object, merge.from, merge.into);
      },
    });
  }
}
