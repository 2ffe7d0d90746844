import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { FeedEvent } from '@pellucid/platform/events';
import { RecordRegistry } from '@pellucid/platform/records';
import { type Concerned, type NotificationKind, NotificationKinds } from '../notification-kinds.js';
import { aboutOf } from './auto-follow.js';
import { type FollowCause, keyOf, type RecordRef } from './follow.types.js';
import { FollowsRepository } from './follows.repository.js';

/** What is no change of values, or is told by other kinds. */
const NO_CHANGE = new Set(['created', 'deleted', 'restored', 'merged', 'erased']);

/** What people hear of the records that they follow: changes, and what others add to them. */
@Injectable()
export class FollowKinds implements OnModuleInit {
  constructor(
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(FollowsRepository) private readonly follows: FollowsRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  onModuleInit(): void {
    this.kinds.register(this.changes());
    this.kinds.register(this.additions());
  }

  private changes(): NotificationKind {
    return {
      name: 'followedChange',
      tells: [],
      follows: true,
      texts: {
        en: {
          label: 'Changes to followed records',
          why: 'You follow these records.',
          oneBy: '{{actor}} changed {{name}}',
          one: '{{name}} was changed',
          manyBy: '{{actor}} changed {{number}} {{objects}} that you follow',
          many: '{{number}} {{objects}} that you follow were changed',
        },
        de: {
          label: 'Änderungen an gefolgten Datensätzen',
          why: 'Sie folgen diesen Datensätzen.',
          oneBy: '{{actor}} hat {{name}} geändert',
          one: '{{name}} wurde geändert',
          manyBy: '{{actor}} hat {{number}} {{objects}} geändert, denen Sie folgen',
          many: '{{number}} {{objects}}, denen Sie folgen, wurden geändert',
        },
      },
      usual: { inApp: true, mail: 'off' },
      from: { objects: '*', verbs: '*', find: (events, uow) => this.changed(events, uow) },
    };
  }

  private additions(): NotificationKind {
    return {
      name: 'followedAddition',
      tells: [],
      follows: true,
      texts: {
        en: {
          label: 'Additions to followed records',
          why: 'You follow these records.',
          oneBy: '{{added}} by {{actor}}: {{name}}',
          one: '{{added}}: {{name}}',
          manyBy: '{{actor}} added something to {{number}} {{objects}} that you follow',
          many: 'Something was added to {{number}} {{objects}} that you follow',
        },
        de: {
          label: 'Neues zu gefolgten Datensätzen',
          why: 'Sie folgen diesen Datensätzen.',
          oneBy: '{{added}} von {{actor}}: {{name}}',
          one: '{{added}}: {{name}}',
          manyBy: '{{actor}} hat zu {{number}} {{objects}}, denen Sie folgen, etwas hinzugefügt',
          many: 'Zu {{number}} {{objects}}, denen Sie folgen, wurde etwas hinzugefügt',
        },
      },
      usual: { inApp: true, mail: 'off' },
      from: { objects: '*', verbs: ['created'], find: (events, uow) => this.added(events, uow) },
    };
  }

  private async changed(events: FeedEvent[], uow: UnitOfWork): Promise<Concerned[]> {
    const snapshot = await this.access.current();
    const found = events.flatMap((event) => {
      if (NO_CHANGE.has(event.verb) || !this.registry.has(event.object, snapshot)) return [];
      const { byKey } = this.registry.forTenant(event.object, snapshot);
      // What the product works out follows from other changes.
      const fields = event.fields.filter((key) => byKey.get(key)?.readOnly === false);
      return fields.length ? [{ event, fields }] : [];
    });
    const followers = await this.followersOf(
      found.map(({ event }) => event),
      uow,
    );
    return found.flatMap(({ event, fields }) =>
      followers(event, event.at).map((follower) => ({ event, ...follower, fields })),
    );
  }

  private async added(events: FeedEvent[], uow: UnitOfWork): Promise<Concerned[]> {
    const found = events.flatMap((event) => (aboutOf(event) ?? []).map((record) => ({ event, record })));
    const followers = await this.followersOf(
      found.map(({ record }) => record),
      uow,
    );
    return found.flatMap(({ event, record }) =>
      followers(record, event.at).map((follower) => ({
        event,
        ...follower,
        record,
        via: { object: event.object, recordId: event.recordId },
        parameters: { added: event.object },
      })),
    );
  }

  /** Returns a function that gives who followed a record before a time, and why. */
  private async followersOf(records: RecordRef[], uow: UnitOfWork) {
    const byRecord = Map.groupBy(await this.follows.followersOf(uow, records), keyOf);
    return (record: RecordRef, at: string): { memberId: string; followed: FollowCause[] }[] => {
      // Nobody hears of what made them follow: other kinds tell that.
      const before = (byRecord.get(keyOf(record)) ?? []).filter(
        ({ since }) => since.getTime() < Date.parse(at),
      );
      return [...Map.groupBy(before, ({ memberId }) => memberId)].map(([memberId, follows]) => ({
        memberId,
        followed: follows.map(({ reason, via }) => ({ reason, via })),
      }));
    };
  }
}
