import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { notFound } from '@pellucid/platform/errors';
import { CursorSealer, type IdempotencyRequest, RecordService } from '@pellucid/platform/records';
import { FollowsRepository } from './follows/follows.repository.js';
import { NotificationKinds } from './notification-kinds.js';
import {
  type InboxFilter,
  type InboxPlace,
  MOST_COUNTED,
  NotificationsRepository,
  type StoredNotification,
  type Subject,
} from './notifications.repository.js';
import { NotificationWords } from './notification-words.js';
import { type FieldSight, ReaderSight } from './reader-sight.js';

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
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
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
    const seen = await this.seenRecords(rows);
    const shown = rows.flatMap((row) => {
      const ids = seen(row);
      return ids.length > 0 ? [{ row, ids }] : [];
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
    const reasons = await this.follows.reasonsOf(
      self(),
      single.flatMap(({ row, ids }) =>
        this.kinds.find(row.kind)?.follows ? [{ object: row.object!, recordId: ids[0]! }] : [],
      ),
    );
    const say = await this.words.speaker();
    return shown.map(({ row, ids }, n) => {
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
      const isFollowed = this.kinds.find(row.kind)?.follows === true;
      const why = this.words.why(
        row.kind,
        isFollowed && told.record ? (reasons.get(told.record.id) ?? 'before') : undefined,
      );
      const notification: ShownNotification = { ...told, text: say(told), why, isFollowed };
      this.places.set(notification, placeOf(row));
      return notification;
    });
  }

  /** Returns a function that gives those of a notification's records that the caller sees with what it tells about them. */
  private async seenRecords(rows: StoredNotification[]): Promise<(row: StoredNotification) => string[]> {
    const wanted = new Map<string, Set<string>>();
    const want = (object: string, id: string) => {
      if (!wanted.has(object)) wanted.set(object, new Set());
      wanted.get(object)!.add(id);
    };
    for (const { object, kind, subjects } of rows) {
      if (object === null || !this.kinds.find(kind)) continue;
      for (const { recordId, viaObject, viaId } of subjects) {
        want(object, recordId);
        if (viaObject && viaId) want(viaObject, viaId);
      }
    }
    const sights = new Map<string, Map<string, FieldSight>>();
    for (const [object, ids] of wanted) sights.set(object, await this.sight.seen(object, ids));
    const isTold = (object: string, tells: readonly string[], subject: Subject) => {
      const sight = sights.get(object)?.get(subject.recordId);
      if (!sight || tells.some((key) => sight(key) === false)) return false;
      if (subject.fields && !subject.fields.some((key) => sight(key))) return false;
      if (!subject.viaObject || !subject.viaId) return true;
      return sights.get(subject.viaObject)?.get(subject.viaId)?.('about') === true;
    };
    return ({ object, kind, subjects }) => {
      if (object === null) return subjects.map(({ recordId }) => recordId);
      const tells = this.kinds.find(kind)?.tells;
      if (!tells) return [];
      return [
        ...new Set(subjects.filter((each) => isTold(object, tells, each)).map(({ recordId }) => recordId)),
      ];
    };
  }
}

const self = (): string => currentContext().memberId!;
const placeOf = ({ id, shownAt }: StoredNotification): InboxPlace => ({ id, shownAt: shownAt.toISOString() });
