import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { notFound } from '@pellucid/platform/errors';
import { CursorSealer, type IdempotencyRequest, RecordService } from '@pellucid/platform/records';
import { type FieldSight, ReaderSight } from '../reader-sight.js';
import { isCauseSeen } from './follow-sight.js';
import { type FollowReason, keyOf, type RecordRef } from './follow.types.js';
import { type FollowPlace, FollowsRepository } from './follows.repository.js';

/** Whether the caller follows a record, and why. */
export interface FollowState {
  isFollowing: boolean;
  reason: FollowReason | null;
  /** ISO 8601. */
  since: string | null;
}

/** A record that the caller follows. */
export interface FollowedRecord {
  object: string;
  /** The name is null if the caller may not know it. */
  record: { id: string; name: string | null };
  reason: FollowReason;
  /** ISO 8601. */
  since: string;
}

/** Rows that are read in one go. Records that the caller doesn't see are left out, so several may be needed for a page. */
const ROUND = 100;

/** What the caller follows. Everything is decided under their rights at this moment. */
@Injectable()
export class FollowsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(FollowsRepository) private readonly repository: FollowsRepository,
    @Inject(ReaderSight) private readonly sight: ReaderSight,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns whether the caller follows a record. @throws ProblemError 404 for a record that they don't see */
  async get(record: RecordRef): Promise<FollowState> {
    await this.assertSeen(record);
    return this.stateOf(record);
  }

  /** Follows a record. @throws ProblemError 404 for a record that the caller doesn't see */
  async follow(record: RecordRef, idempotency?: IdempotencyRequest): Promise<FollowState> {
    await this.assertSeen(record);
    await this.records.unit(idempotency, async (uow) => {
      await this.repository.choose(uow, self(), record);
      return { status: 200, body: {} };
    });
    return this.stateOf(record);
  }

  /**
   * Stops following a record, also one that the caller no longer sees.
   * @throws ProblemError 404 for a record that they don't see, unless they know that they follow it
   */
  async unfollow(record: RecordRef, idempotency?: IdempotencyRequest): Promise<void> {
    const { follows, seen } = await this.told([record]);
    if (!follows.size && !seen.get(record.object)?.has(record.recordId)) throw notFound('This record');
    await this.records.unit(idempotency, async (uow) => {
      await this.repository.mute(uow, self(), record);
      return { status: 204, body: null };
    });
  }

  /** Returns a page of what the caller follows, those followed last first. @throws ProblemError 400 for an invalid cursor */
  async list(limit: number, cursor?: string) {
    const binding = JSON.stringify([requireTenant(), self(), 'follows']);
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const after = position && { recordId: position.id, since: position.values[0] as string };
    const found = await this.visible(limit + 1, after);
    const data = found.slice(0, limit);
    const last = data.at(-1);
    const hasMore = found.length > limit;
    const nextCursor =
      hasMore && last ? this.cursors.seal({ id: last.record.id, values: [last.since] }, binding) : null;
    return { data, page: { nextCursor, hasMore } };
  }

  private async visible(wanted: number, after?: FollowPlace): Promise<FollowedRecord[]> {
    const found: FollowedRecord[] = [];
    for (let place = after; ; ) {
      const rows = await this.repository.page(self(), ROUND, place);
      found.push(...(await this.present(rows)));
      const last = rows.at(-1);
      if (found.length >= wanted || rows.length < ROUND || !last) return found.slice(0, wanted);
      place = { recordId: last.recordId, since: last.since.toISOString() };
    }
  }

  private async present(rows: (RecordRef & { since: Date })[]): Promise<FollowedRecord[]> {
    const { follows, seen } = await this.told(rows);
    const names = new Map<string, string>();
    for (const [object, sights] of seen)
      for (const [id, name] of await this.sight.names(object, sights.keys()))
        names.set(keyOf({ object, recordId: id }), name);
    return rows.flatMap(({ object, recordId, since }) => {
      const key = keyOf({ object, recordId });
      const [first] = follows.get(key) ?? [];
      // A record with several reasons is in the list once.
      if (!seen.get(object)?.has(recordId) || first?.since.getTime() !== since.getTime()) return [];
      const record = { id: recordId, name: names.get(key) ?? null };
      return [{ object, record, reason: first.reason, since: since.toISOString() }];
    });
  }

  /** Returns why the caller follows records, as far as they may know it, and which of the records they see. */
  private async told(records: RecordRef[]) {
    const rows = await this.repository.find(self(), records);
    const wanted = [...records, ...rows.map(({ via }) => via)];
    const seen = new Map<string, Map<string, FieldSight>>();
    for (const [object, own] of Map.groupBy(wanted, (record) => record.object))
      seen.set(
        object,
        await this.sight.seen(
          object,
          own.map(({ recordId }) => recordId),
        ),
      );
    const known = rows.filter((row) =>
      isCauseSeen(row, row, ({ object, recordId }) => seen.get(object)?.get(recordId)),
    );
    return { follows: Map.groupBy(known, keyOf), seen };
  }

  private async stateOf(record: RecordRef): Promise<FollowState> {
    const { follows } = await this.told([record]);
    const [first] = follows.get(keyOf(record)) ?? [];
    return {
      isFollowing: first !== undefined,
      reason: first?.reason ?? null,
      since: first?.since.toISOString() ?? null,
    };
  }

  private async assertSeen({ object, recordId }: RecordRef): Promise<void> {
    const seen = await this.sight.seen(object, [recordId]);
    if (!seen.has(recordId)) throw notFound('This record');
  }
}

const self = (): string => currentContext().memberId!;
