import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { NotificationsRepository } from '@pellucid/modules/notifications';
import { AccessDirectory, type Subject, type TenantSnapshot } from '@pellucid/platform/access';
import { currentContext, newContext, runInContext } from '@pellucid/platform/context';
import { type FeedEvent, FeedFollower } from '@pellucid/platform/events';
import { Ticker } from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { newId, SECURITY_PREFIX } from '@pellucid/platform/records';
import { AccessVersionsRepository } from './access-versions.repository.js';
import { ChangeJudge, type Judgement, type Notice } from './change-judge.js';
import { EqualRights } from './equal-rights.js';
import type { WatchRequest } from './live-protocol.js';
import { LiveMetrics } from './live-metrics.js';
import type { LiveSocket } from './live-socket.js';

/** Milliseconds between checks for ended sessions and changed rights that no event announces. */
const REVIEW_MS = 2_000;
/** Milliseconds that requests may take, and placing an event: changes that a page may have missed besides its data's age. */
const SLACK_MS = 10_000;
/** A page that was away for longer fetches what it shows: its rights may have changed too. */
const LONGEST_AGE_MS = 300_000;
/** The same if more than this has happened meanwhile. */
const MOST_MISSED = 1_000;

/** Objects of the events that tell that a company changed its definitions. */
const DEFINITIONS = new Set(
  ['customField', 'customObject', 'layout'].map((object) => SECURITY_PREFIX + object),
);

interface Room {
  readonly sockets: Set<LiveSocket>;
  /** Ends following the tenant's feed. */
  readonly end: Promise<() => void>;
  /** The access version that the sockets were last reviewed under. */
  version: string | null;
}

/** Tells the sockets of this process what changes in their tenants: follows the feeds and judges each change once. */
@Injectable()
export class LiveFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rooms = new Map<string, Room>();
  private readonly reviews: Ticker;

  constructor(
    @Inject(FeedFollower) private readonly follower: FeedFollower,
    @Inject(ChangeJudge) private readonly judge: ChangeJudge,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(EqualRights) private readonly rights: EqualRights,
    @Inject(AccessVersionsRepository) private readonly versions: AccessVersionsRepository,
    @Inject(NotificationsRepository) private readonly notifications: NotificationsRepository,
    @Inject(LiveMetrics) private readonly metrics: LiveMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.reviews = new Ticker('live reviews', REVIEW_MS, () => this.review(), logger);
    metrics.watchSockets(() => [...this.rooms.values()].reduce((sum, { sockets }) => sum + sockets.size, 0));
  }

  onApplicationBootstrap(): void {
    this.reviews.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.reviews.stop();
  }

  /** Returns how many sockets a member has in this process. */
  countOf({ tenantId, memberId }: { tenantId: string; memberId: string }): number {
    const { sockets } = this.rooms.get(tenantId) ?? { sockets: new Set<LiveSocket>() };
    return [...sockets].filter(({ connection }) => connection.memberId === memberId).length;
  }

  /** Adds a socket and follows its tenant's feed. @throws when the database is not reachable */
  async join(socket: LiveSocket): Promise<void> {
    const { tenantId } = socket.connection;
    let room = this.rooms.get(tenantId);
    if (!room) {
      const end = this.follower.follow(tenantId, (events) => this.deliver(tenantId, events));
      room = { sockets: new Set(), end, version: null };
      this.rooms.set(tenantId, room);
    }
    room.sockets.add(socket);
    try {
      await room.end;
      await this.noteInboxes([socket]);
    } catch (error) {
      this.leave(socket);
      throw error;
    }
  }

  /** Removes a socket. The last one of a tenant ends the following. */
  leave(socket: LiveSocket): void {
    const { tenantId } = socket.connection;
    const room = this.rooms.get(tenantId);
    if (!room?.sockets.delete(socket) || room.sockets.size > 0) return;
    this.rooms.delete(tenantId);
    room.end.then(
      (end) => end(),
      () => {},
    );
  }

  /** Replaces what a socket watches, and tells it what has changed since its data were requested. */
  async watch(socket: LiveSocket, request: WatchRequest): Promise<void> {
    socket.watch(request);
    await this.asProduct(socket.connection.tenantId, async () => {
      const snapshot = await this.directory.current();
      const subject = this.subjectOf(socket, snapshot);
      if (subject) socket.reviewRights((object) => this.rights.of(object, subject, snapshot));
      const age = request.age + SLACK_MS;
      const missed =
        age > LONGEST_AGE_MS
          ? undefined
          : await this.follower.recent(socket.connection.tenantId, age, MOST_MISSED);
      if (missed) await this.tell([socket], missed, snapshot);
      else socket.refetch();
      socket.flush();
    });
  }

  /** Called by the follower, in a context of the tenant. */
  private async deliver(tenantId: string, events: FeedEvent[]): Promise<void> {
    const room = this.rooms.get(tenantId);
    if (!room) return;
    // The read of the events has returned the access version: what they changed about rights counts for them already.
    this.directory.noteObserved();
    try {
      const snapshot = await this.reviewRoom(room);
      if (await this.tell([...room.sockets], events, snapshot)) this.metrics.told(events[0]!.at);
    } catch (error) {
      // The events are behind; the pages find out for themselves.
      for (const socket of room.sockets) socket.refetch();
      throw error;
    } finally {
      for (const socket of room.sockets) socket.flush();
    }
  }

  /** Judges the events once for each set of equal rights. @returns whether anybody was told anything */
  private async tell(sockets: LiveSocket[], events: FeedEvent[], snapshot: TenantSnapshot): Promise<boolean> {
    if (events.some(({ object }) => DEFINITIONS.has(object))) for (const socket of sockets) socket.redefine();
    const watched = new Set(sockets.flatMap(({ objects }) => [...objects]));
    if (watched.size === 0) return false;
    let isTold = false;
    for (const judgement of await this.judge.read(events, watched, snapshot)) {
      const known = new Map<string, Map<string, Notice>>();
      for (const socket of sockets) {
        const subject = socket.needs(judgement.object) ? this.subjectOf(socket, snapshot) : undefined;
        if (!subject) continue;
        const notices = await this.noticesFor(judgement, subject, snapshot, known);
        isTold = socket.tell(judgement.object, notices) || isTold;
      }
    }
    return isTold;
  }

  private async noticesFor(
    judgement: Judgement,
    subject: Subject,
    snapshot: TenantSnapshot,
    known: Map<string, Map<string, Notice>>,
  ): Promise<Map<string, Notice>> {
    const key = this.rights.of(judgement.object, subject, snapshot);
    const found = known.get(key);
    if (found) return found;
    // Other requests get their turn between two sets of rights.
    if (known.size) await new Promise(setImmediate);
    const notices = judgement.noticesFor(subject);
    known.set(key, notices);
    return notices;
  }

  /** Checks all rooms whose tenants' access version has changed, and every socket's log-in. */
  private async review(): Promise<void> {
    if (this.rooms.size === 0) return;
    await this.tellInboxes();
    for (const [id, version] of await this.versions.of([...this.rooms.keys()])) {
      const room = this.rooms.get(id);
      if (!room) continue;
      await this.asProduct(id, async () => {
        currentContext().observedAccessVersion = version;
        this.directory.noteObserved();
        await this.reviewRoom(room);
        for (const socket of room.sockets) socket.flush();
      }).catch((error) =>
        this.logger.warn({ err: error, tenantId: id }, 'live sockets could not be reviewed'),
      );
    }
  }

  /** Tells people whose notifications have changed. */
  private async tellInboxes(): Promise<void> {
    const sockets = [...this.rooms.values()].flatMap((room) => [...room.sockets]);
    await this.noteInboxes(sockets);
    for (const socket of sockets) socket.flush();
  }

  private async noteInboxes(sockets: LiveSocket[]): Promise<void> {
    const versions = await this.notifications.versionsOf(sockets.map(({ connection }) => connection));
    for (const socket of sockets) socket.noteInbox(versions.get(socket.connection.memberId) ?? '0');
  }

  /** Closes sockets that may no longer receive anything; others whose rights have changed fetch what they show. */
  private async reviewRoom(room: Room): Promise<TenantSnapshot> {
    await Promise.all(
      [...room.sockets].map(async (socket) => {
        if (await socket.connection.isEntitled()) return;
        this.leave(socket);
        socket.connection.close();
      }),
    );
    const snapshot = await this.directory.current();
    if (room.version === snapshot.version) return snapshot;
    room.version = snapshot.version;
    for (const socket of room.sockets) {
      const subject = this.subjectOf(socket, snapshot);
      if (subject) socket.reviewRights((object) => this.rights.of(object, subject, snapshot));
    }
    return snapshot;
  }

  private subjectOf({ connection }: LiveSocket, snapshot: TenantSnapshot): Subject | undefined {
    return this.directory.memberSubject(snapshot, connection.memberId);
  }

  private asProduct<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const context = newContext({
      tenantId,
      correlationId: newId(),
      cause: { kind: 'system', id: null },
      route: 'live',
    });
    return runInContext(context, work);
  }
}
