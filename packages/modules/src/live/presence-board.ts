import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { notFound, ProblemError } from '@pellucid/platform/errors';
import { Ticker } from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { newId } from '@pellucid/platform/records';
import type { PresenceMessage, PresenceRequest } from './live-protocol.js';
import { type Presence, PresenceRepository } from './presence.repository.js';
import { PresenceSight } from './presence-sight.js';

/** Milliseconds between two exchanges with other processes: what happens meanwhile is one message. */
const EXCHANGE_MS = 1_000;
/** A tab that has not said it again for so long has lost its connection, though nobody noticed. */
const SILENT_MS = 15_000;
/** Most requests of a tab in {@link WINDOW_MS}. A tab that says it again and types needs a third. */
const MOST_REQUESTS = 30;
const WINDOW_MS = 10_000;

/** What the board needs of a tab's connection. */
export interface PresentTab {
  tenantId: string;
  memberId: string;
  send(message: PresenceMessage): void;
}

interface Known {
  presence: Presence;
  heardAt: number;
  /** What the tab was last told, as text. */
  told: string;
}

/** Tells tabs who else looks at the record that they show. Every process says which tabs it has, and asks for those of others. */
@Injectable()
export class PresenceBoard implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly known = new Map<PresentTab, Known>();
  private readonly requests = new WeakMap<PresentTab, { since: number; count: number }>();
  private readonly removed = new Set<string>();
  private readonly exchanges: Ticker;

  constructor(
    @Inject(PresenceRepository) private readonly repository: PresenceRepository,
    @Inject(PresenceSight) private readonly sight: PresenceSight,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.exchanges = new Ticker('live presence', EXCHANGE_MS, () => this.exchange(), logger);
  }

  onApplicationBootstrap(): void {
    this.exchanges.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.exchanges.stop();
  }

  /**
   * Notes what a tab shows; null for nothing.
   * @throws ProblemError 404 for a record that the person doesn't see, 422 for a field that they don't see, 429
   */
  async say(tab: PresentTab, request: PresenceRequest): Promise<void> {
    this.count(tab);
    if (!request) return this.leave(tab);
    const { object, id: recordId, field, typing: isTyping } = request;
    const { tenantId, memberId } = tab;
    const before = this.known.get(tab);
    const isSame = before?.presence.object === object && before.presence.recordId === recordId;
    // Saying it again takes no look: each exchange judges anew.
    if (!isSame || before.presence.field !== field)
      await asProduct(tenantId, async () => {
        if (!(await this.sight.sees(memberId, { object, recordId }))) throw notFound('This record');
        if (field !== null && !(await this.sight.seesField(memberId, { object, recordId }, field)))
          throw new ProblemError(422, 'unknownField', 'This record has no such field', 'Leave "field" out.');
      });
    // On another record the tab is another presence.
    if (before && !isSame) this.removed.add(before.presence.socketId);
    const socketId = isSame ? before.presence.socketId : newId();
    this.known.set(tab, {
      presence: { socketId, tenantId, memberId, object, recordId, field, isTyping },
      heardAt: Date.now(),
      told: isSame ? before.told : '[]',
    });
  }

  /** Forgets a tab. */
  leave(tab: PresentTab): void {
    const known = this.known.get(tab);
    if (!known) return;
    this.known.delete(tab);
    this.removed.add(known.presence.socketId);
  }

  private count(tab: PresentTab): void {
    const now = Date.now();
    const seen = this.requests.get(tab);
    const current = seen && now - seen.since < WINDOW_MS ? seen : { since: now, count: 0 };
    current.count += 1;
    this.requests.set(tab, current);
    if (current.count <= MOST_REQUESTS) return;
    const seconds = Math.ceil((current.since + WINDOW_MS - now) / 1000);
    throw new ProblemError(429, 'tooManyRequests', 'Too many messages', 'Send fewer messages.', {
      headers: { 'Retry-After': String(seconds) },
    });
  }

  private async exchange(): Promise<void> {
    for (const [tab, { heardAt }] of this.known) if (Date.now() - heardAt > SILENT_MS) this.leave(tab);
    const gone = [...this.removed];
    if (gone.length) {
      await this.repository.remove(gone);
      for (const id of gone) this.removed.delete(id);
    }
    if (this.known.size === 0) return;
    const all = await this.repository.exchange([...this.known.values()].map(({ presence }) => presence));
    const tabs = [...this.known];
    for (const [tenantId, own] of Map.groupBy(tabs, ([tab]) => tab.tenantId)) {
      const theirs = all.filter((each) => each.tenantId === tenantId);
      await asProduct(tenantId, () => this.tell(own, theirs));
    }
  }

  private async tell(own: [PresentTab, Known][], all: Presence[]): Promise<void> {
    const shared = own.filter(
      ([tab, { presence, told }]) =>
        told !== '[]' ||
        all.some((each) => each.recordId === presence.recordId && each.memberId !== tab.memberId),
    );
    if (!shared.length) return;
    const room = await this.sight.roomOf(
      shared.map(([, { presence }]) => presence),
      all.map(({ memberId }) => memberId),
    );
    for (const [tab, known] of shared) {
      const { presence } = known;
      const people = this.sight.othersFor(tab.memberId, presence, all, room) ?? [];
      const text = JSON.stringify(people);
      if (text === known.told || this.known.get(tab) !== known) continue;
      known.told = text;
      tab.send({ object: presence.object, id: presence.recordId, people });
    }
  }
}

function asProduct<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
  const context = newContext({
    tenantId,
    correlationId: newId(),
    cause: { kind: 'system', id: null },
    route: 'live',
  });
  return runInContext(context, work);
}
