import { Inject, Injectable } from '@nestjs/common';
import { linkOf } from '@pellucid/conditions';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { FeedEvent } from '@pellucid/platform/events';
import { RecordRegistry, SECURITY_PREFIX } from '@pellucid/platform/records';
import { isWorkOnMany } from '../causes.js';
import { membersIn } from '../kinds/mention.kind.js';
import { NotificationSettingsRepository } from '../settings/notification-settings.repository.js';
import { type AutoReason, type Follow, type RecordRef, USUAL_AUTO_FOLLOW } from './follow.types.js';
import { FollowsRepository } from './follows.repository.js';

/** The records that a record is about, as an event of it names them; undefined for objects that are about nothing. */
export function aboutOf(event: FeedEvent): RecordRef[] | undefined {
  const links = event.changes?.about?.after;
  if (!Array.isArray(links)) return undefined;
  return links
    .filter((key): key is string => typeof key === 'string')
    .map((key) => linkOf(key))
    .map(({ object, id }) => ({ object, recordId: id }));
}

/** Lets people follow what they work on. */
@Injectable()
export class AutoFollow {
  private readonly discussions = new Set<string>();

  constructor(
    @Inject(FollowsRepository) private readonly follows: FollowsRepository,
    @Inject(NotificationSettingsRepository) private readonly settings: NotificationSettingsRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /** Declares an object in which people discuss records: whoever creates one follows what it is about. */
  discussIn(object: string): void {
    this.discussions.add(object);
  }

  /** Adds what follows from events. Work on many records, such as an import, makes nobody follow them. */
  async from(events: FeedEvent[], uow: UnitOfWork): Promise<void> {
    const snapshot = await this.access.current();
    const isAddition = (object: string) =>
      !this.registry.has(object, snapshot) || this.registry.forTenant(object, snapshot).byKey.has('about');
    const found = events
      .filter(
        ({ object, verb }) =>
          !object.startsWith(SECURITY_PREFIX) && verb !== 'deleted' && verb !== 'restored',
      )
      .flatMap((event) =>
        followsFrom(event, {
          isAddition: isAddition(event.object),
          isDiscussion: this.discussions.has(event.object),
        }),
      );
    if (found.length === 0) return;
    const settingsOf = await this.settings.findMany(
      uow,
      found.map(({ memberId }) => memberId),
    );
    const isWanted = ({ memberId, reason }: Follow) =>
      ({ ...USUAL_AUTO_FOLLOW, ...settingsOf(memberId).autoFollow })[reason as AutoReason];
    await this.follows.add(uow, found.filter(isWanted));
  }
}

/**
 * @param isAddition whether the record is about others, which are followed in its place
 * @param isDiscussion whether people discuss others in it
 */
function followsFrom(
  event: FeedEvent,
  { isAddition, isDiscussion }: { isAddition: boolean; isDiscussion: boolean },
): Follow[] {
  const { object, recordId, verb, actor, changes } = event;
  const since = new Date(event.at);
  const via = { object, recordId };
  const own = [via];
  const follow = (memberId: string, reason: AutoReason, records: RecordRef[]): Follow[] =>
    records.map((record) => ({
      ...record,
      memberId,
      reason,
      // That somebody commented matters, not where: one row for all of their comments.
      via: reason === 'mentioned' ? via : record,
      since,
    }));
  const found: Follow[] = [];
  const about = aboutOf(event) ?? [];
  for (const memberId of membersIn(changes?.mentions?.after))
    found.push(...follow(memberId, 'mentioned', isAddition ? about : own));
  const author = actor.kind === 'member' ? actor.id : null;
  if (author && verb === 'created' && isDiscussion) found.push(...follow(author, 'commented', about));
  if (isAddition || isWorkOnMany(event.cause)) return found;
  const owner = changes?.owner?.after;
  if (typeof owner === 'string' && owner !== changes.owner.before) found.push(...follow(owner, 'owner', own));
  if (author && verb === 'created') found.push(...follow(author, 'created', own));
  return found;
}
