import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { notFound } from '@pellucid/platform/errors';
import { CursorSealer, type IdempotencyRequest, RecordService } from '@pellucid/platform/records';
import { keyOf } from './follows/follow.types.js';
import { FollowsRepository } from './follows/follows.repository.js';
import {
  type InboxFilter,
  type InboxPlace,
  MOST_COUNTED,
  NotificationsRepository,
  type StoredNotification,
} from './notifications.repository.js';
import { NotificationWords } from './notification-words.js';
import { ReaderSight } from './reader-sight.js';
import { ToldSubjects } from './told-subjects.js';

/** A notification as its reader may see it. */
export interface ShownNotification {
  id: string;
  kind: string;
  object: string | null;
  /** The record, or the work without an object, if it is about one. The name is null if the reader may not know it. */
  record: { id: string; name: string | null } | null;
  /** How many records it is about, of those that the reader sees; at most {@link MOST_COUNTED}. */
  count: number;
  /** Whether there are more than `count`. */
  hasMore: boolean;
  actor: { kind: string; id: string | null; name: string | null };
  /** What happened, in the reader's language. */
  text: string;
  /** Why the reader is told, in their language. */
  why: string;
  /** Whether they are told because they follow the record. */
  isFollowed: boolean;
  parameters: Record<string, string | number>;
  createdAt: string;
  readAt: string | null;
  archivedAt: string | null;
  snoozedUntil: string | null;
}

/** What people do with a notification. */
export interface NotificationChange {
  read?: boolean | undefined;
  archived?: boolean | undefined;
  /** ISO 8601; null ends it. */
  snoozedUntil?: string | null | undefined;
}

/** Notifications that are read in one go. What the reader doesn't see is left out, so several may be needed for a page. */
const ROUND = 100;
/** Most unread notifications that are counted. */
export const MOST_UNREAD = 100;

/** The caller's own inbox. Everything in it is decided under their rights at this moment. */
@Injectable()
export class NotificationsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(NotificationsRepository) private readonly repository: NotificationsRepository,
    @Inject(ToldSubjects) private readonly told: ToldSubjects,
    @Inject(ReaderSight) private readonly sight: ReaderSight,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(NotificationWords) private readonly words: NotificationWords,
    @Inject(FollowsRepository) private readonly follows: FollowsRepository,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page, those shown last first. @throws ProblemError 400 for an invalid cursor */
  async list(filter: InboxFilter, limit: number, cursor?: string) {
    const binding = JSON.stringify([requireTenant(), self(), 'notifications', filter]);
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const after = position && { id: position.id, shownAt: position.values[0] as string };
    const found = await this.visible(filter, limit + 1, after);
    const data = found.slice(0, limit);
    const last = data.at(-1);
    const hasMore = found.length > limit;
    const place = last && this.places.get(last);
    return {
      data,
      page: {
        nextCursor:
          hasMore && place ? this.cursors.seal({ values: [place.shownAt], id: place.id }, binding) : null,
        hasMore,
      },
    };
  }

  /** Counts unread notifications in the inbox, and says when a snoozed one comes back. */
  async unread(): Promise<{ count: number; hasMore: boolean; nextAt: string | null }> {
    const found = await this.visible({ part: 'inbox', unread: true }, MOST_UNREAD + 1);
    const next = await this.repository.nextShown(self());
    return {
      count: Math.min(found.length, MOST_UNREAD),
      hasMore: found.length > MOST_UNREAD,
      nextAt: next?.toISOString() ?? null,
    };
  }

  /** Changes a notification and returns it. @throws ProblemError 404 for one that the caller doesn't see */
  async change(id: string, change: NotificationChange, idempotency?: IdempotencyRequest) {
    await this.seen(id);
    const { read, archived, snoozedUntil } = change;
    await this.records.unit(idempotency, async (uow) => {
      await this.repository.change(uow, self(), id, {
        // What comes back later comes back as unread.
        read: snoozedUntil ? false : read,
        archived: snoozedUntil ? false : archived,
        shownAt:
          snoozedUntil === undefined
            ? undefined
            : snoozedUntil === null
              ? new Date()
              : new Date(snoozedUntil),
      });
      return { status: 200, body: { id } };
    });
    return this.seen(id);
  }

  /** Marks everything in the inbox as read that was there at a time, now by default. */
  async readAll(until: string | undefined, kind: string | undefined, idempotency?: IdempotencyRequest) {
    await this.records.unit(idempotency, async (uow) => {
      await this.repository.readAll(uow, self(), until ? new Date(until) : new Date(), kind);
      return { status: 204, body: null };
    });
  }

  /** Returns those of the caller's notifications that they see, those shown last first. */
  async some(ids: string[]): Promise<ShownNotification[]> {
    return this.present(await this.repository.findMany(self(), ids));
  }

  private readonly places = new WeakMap<ShownNotification, InboxPlace>();

  private async seen(id: string): Promise<ShownNotification> {
    const stored = await this.repository.find(self(), id);
    const [shown] = stored ? await this.present([stored]) : [];
    if (!shown) throw notFound('The notification');
    return shown;
  }

  /** Reads on until there are enough that the caller sees, or no more. */
  private async visible(
    filter: InboxFilter,
    wanted: number,
    after?: InboxPlace,
  ): Promise<ShownNotification[]> {
    const found: ShownNotification[] = [];
    for (let place = after; ; ) {
      const rows = await this.repository.page(self(), filter, ROUND, place);
      found.push(...(await this.present(rows)));
      const last = rows.at(-1);
      if (found.length >= wanted || rows.length < ROUND || !last) return found.slice(0, wanted);
      place = placeOf(last);
    }
  }

  /** Presents those that the caller sees. */
  private async present(rows: StoredNotification[]): Promise<ShownNotification[]> {
    const subjectsOf = await this.told.of(rows);
    const shown = rows.flatMap((row) => {
      const subjects = subjectsOf(row);
      const ids = [...new Set(subjects.map(({ recordId }) => recordId))];
      return ids.length > 0 ? [{ row, ids, followed: subjects[0]?.reason }] : [];
    });
    const single = shown.filter(({ row, ids }) => row.object && ids.length === 1);
    const names = new Map<string, string>();
    for (const [object, own] of Map.groupBy(single, ({ row }) => row.object!))
      for (const [id, name] of await this.sight.names(
        object,
        own.map(({ ids }) => ids[0]!),
      ))
        names.set(id, name);
    const actors = shown.map(({ row }) =>
      row.actorKind === 'member' && row.actorId ? { id: row.actorId, name: null } : null,
    );
    await this.sight.nameActors(actors);
    const followed = single.flatMap(({ row, ids, followed }) =>
      followed ? [{ object: row.object!, recordId: ids[0]! }] : [],
    );
    const muted = await this.follows.muted(self(), followed);
    const say = await this.words.speaker();
    return shown.map(({ row, ids, followed }, n) => {
      const count = Math.min(ids.length, MOST_COUNTED);
      const told = {
        id: row.id,
        kind: row.kind,
        object: row.object,
        record: ids.length === 1 ? { id: ids[0]!, name: names.get(ids[0]!) ?? null } : null,
        count,
        hasMore: ids.length > count,
        actor: { kind: row.actorKind, id: row.actorId, name: actors[n]?.name ?? null },
        parameters: row.parameters,
        createdAt: row.createdAt.toISOString(),
        readAt: row.readAt?.toISOString() ?? null,
        archivedAt: row.archivedAt?.toISOString() ?? null,
        snoozedUntil:
          row.archivedAt === null && row.shownAt.getTime() > Date.now() ? row.shownAt.toISOString() : null,
      };
      const isGivenUp = (id: string) => muted.has(keyOf({ object: row.object!, recordId: id }));
      const reason = told.record ? followed : undefined;
      const why = this.words.why(row.kind, reason && isGivenUp(told.record!.id) ? 'before' : reason);
      const isFollowed = followed !== undefined;
      const notification: ShownNotification = { ...told, text: say(told), why, isFollowed };
      this.places.set(notification, placeOf(row));
      return notification;
    });
  }
}

const self = (): string => currentContext().memberId!;
const placeOf = ({ id, shownAt }: StoredNotification): InboxPlace => ({ id, shownAt: shownAt.toISOString() });
