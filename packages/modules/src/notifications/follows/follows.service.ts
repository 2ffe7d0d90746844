import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { notFound } from '@pellucid/platform/errors';
import {
  CursorSealer,
  type IdempotencyRequest,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { ReaderSight } from '../reader-sight.js';
import type { Follow, FollowReason, RecordRef } from './follow.types.js';
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
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns whether the caller follows a record. @throws ProblemError 404 for a record that they don't see */
  async get(record: RecordRef): Promise<FollowState> {
    await this.assertSeen(record);
    return stateOf(await this.repository.find(self(), record));
  }

  /** Follows a record. @throws ProblemError 404 for a record that the caller doesn't see */
  async follow(record: RecordRef, idempotency?: IdempotencyRequest): Promise<FollowState> {
    await this.assertSeen(record);
    await this.records.unit(idempotency, async (uow) => {
      await this.repository.choose(uow, self(), record);
      return { status: 200, body: {} };
    });
    return stateOf(await this.repository.find(self(), record));
  }

  /** Stops following a record, also one that the caller no longer sees. @throws ProblemError 404 if they never followed it */
  async unfollow(record: RecordRef, idempotency?: IdempotencyRequest): Promise<void> {
    await this.records.unit(idempotency, async (uow) => {
      if (!(await this.repository.mute(uow, self(), record))) throw notFound('This record');
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

  private async present(rows: Follow[]): Promise<FollowedRecord[]> {
    const names = new Map<string, string | null>();
    for (const [object, own] of Map.groupBy(rows, (row) => row.object)) {
      const seen = await this.sight.seen(
        object,
        own.map(({ recordId }) => recordId),
      );
      const named = await this.sight.names(object, seen.keys());
      for (const id of seen.keys()) names.set(`${object}/${id}`, named.get(id) ?? null);
    }
    return rows.flatMap(({ object, recordId, reason, since }) => {
      const name = names.get(`${object}/${recordId}`);
      if (name === undefined) return [];
      return [{ object, record: { id: recordId, name }, reason, since: since.toISOString() }];
    });
  }

  private async assertSeen({ object, recordId }: RecordRef): Promise<void> {
    const snapshot = await this.access.current();
    if (!this.registry.has(object, snapshot)) throw notFound('This record');
    const seen = await this.sight.seen(object, [recordId]);
    if (!seen.has(recordId)) throw notFound('This record');
  }
}

const self = (): string => currentContext().memberId!;

function stateOf(follow: Follow | undefined): FollowState {
  return {
    isFollowing: follow !== undefined,
    reason: follow?.reason ?? null,
    since: follow?.since.toISOString() ?? null,
  };
}
