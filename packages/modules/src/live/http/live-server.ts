import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OwnSite } from '@pellucid/modules/identity';
import { currentContext, newContext, runInContext, type WorkContext } from '@pellucid/platform/context';
import { forbidden, ProblemError } from '@pellucid/platform/errors';
import {
  acceptUpgrades,
  type ApiRequest,
  AUTHENTICATOR,
  type Authenticator,
  toProblem,
  type Upgrade,
} from '@pellucid/platform/http';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { RateLimiter, tooManyRequests } from '@pellucid/platform/rate-limits';
import { newId } from '@pellucid/platform/records';
import { Server as Engine } from 'engine.io';
import { Server, type Socket } from 'socket.io';
import { LiveFeed } from '../live-feed.js';
import { LiveMetrics } from '../live-metrics.js';
import {
  type ChangesMessage,
  MESSAGE_BYTES,
  type PresenceMessage,
  presenceRequestSchema,
  type WatchAnswer,
  watchRequestSchema,
} from '../live-protocol.js';
import { LiveSocket } from '../live-socket.js';
import { PresenceBoard, type PresentTab } from '../presence-board.js';

/** Most sockets of one person in this process. */
const MOST_SOCKETS = 30;

interface Received {
  watch(request: unknown, answer: unknown): void;
  presence(request: unknown, answer: unknown): void;
}
interface Sent {
  presence(message: PresenceMessage): void;
  changes(message: ChangesMessage, acknowledged: () => void): void;
}
interface Data {
  live: LiveSocket;
  tab: PresentTab;
}
type LiveConnectionSocket = Socket<Received, Sent, Record<string, never>, Data>;
type Handshake = ApiRequest['raw'] & { live?: ApiRequest };

/** The live end of the API: WebSockets on its own port, with the log-in of its requests. */
@Injectable()
export class LiveServer implements OnModuleInit, OnModuleDestroy {
  // Only WebSockets: every message of a connection reaches the same process, whatever balances the load.
  private readonly engine = new Engine({
    transports: ['websocket'],
    allowUpgrades: false,
    maxHttpBufferSize: MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  private readonly io = new Server<Received, Sent, Record<string, never>, Data>({ serveClient: false });
  private isClosing = false;

  constructor(
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(OwnSite) private readonly site: OwnSite,
    @Inject(RateLimiter) private readonly limiter: RateLimiter,
    @Inject(LiveFeed) private readonly feed: LiveFeed,
    @Inject(PresenceBoard) private readonly presence: PresenceBoard,
    @Inject(LiveMetrics) private readonly metrics: LiveMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.io.bind(this.engine as never);
    this.io.use((socket, next) => {
      this.enter(socket).then(
        () => next(),
        (error) => next(this.refusal(error)),
      );
    });
    this.io.on('connection', (socket) => this.serve(socket));
    acceptUpgrades(this.http.httpAdapter, (upgrade) => this.open(upgrade));
  }

  /** Closes all sockets. Their browsers come back to another process and ask for what they missed. */
  onModuleDestroy(): void {
    this.isClosing = true;
    this.engine.close();
  }

  private open({ request, socket, head }: Upgrade): void {
    this.site.assertOwnOrigin(request);
    if (this.isClosing) throw new ProblemError(503, 'closing', 'This server is shutting down', 'Try again.');
    (request.raw as Handshake).live = request;
    this.engine.handleUpgrade(request.raw as never, socket, head);
  }

  /** Authenticates a new socket by the access token that its first message contains. */
  private async enter(socket: LiveConnectionSocket): Promise<void> {
    const request = requestOf(socket);
    const { token } = socket.handshake.auth;
    request.headers.authorization = `Bearer ${typeof token === 'string' ? token : ''}`;
    const { tenantId, memberId } = await this.authenticate(request);
    if (this.feed.countOf({ tenantId, memberId }) >= MOST_SOCKETS)
      throw forbidden('tooManySockets', 'Too many tabs receive live messages. Close some.');
    const live = new LiveSocket({
      tenantId,
      memberId,
      isEntitled: () => this.isEntitled(request),
      send: (message, acknowledged) => {
        this.metrics.sent();
        socket.emit('changes', message, acknowledged);
      },
      close: () => socket.conn.close(),
    });
    socket.data.live = live;
    socket.data.tab = {
      tenantId,
      memberId,
      // Who was there a moment ago is of no use to a slow browser.
      send: (message) => void socket.volatile.emit('presence', message),
    };
    // The connection may end before the socket is served.
    socket.conn.once('close', () => this.feed.leave(live));
    await this.feed.join(live);
    if (socket.conn.readyState !== 'open') this.feed.leave(live);
  }

  private serve(socket: LiveConnectionSocket): void {
    const { live, tab } = socket.data;
    socket.on('disconnect', () => {
      this.feed.leave(live);
      this.presence.leave(tab);
    });
    socket.on('watch', (request, answer) => this.answer(answer, () => this.watch(socket, request)));
    socket.on('presence', (request, answer) =>
      this.answer(answer, () => {
        const parsed = presenceRequestSchema.safeParse(request);
        if (!parsed.success) throw new ProblemError(422, 'validationFailed', 'Some fields need attention');
        return this.presence.say(tab, parsed.data);
      }),
    );
  }

  /** Does what a browser asked for, and says how it went. Requests that want no answer are left alone. */
  private answer(answer: unknown, work: () => Promise<void>): void {
    if (typeof answer !== 'function') return;
    Promise.resolve()
      .then(work)
      .then(
        () => answer({ ok: true } satisfies WatchAnswer),
        (error) => {
          const { message, data } = this.refusal(error);
          answer({ ok: false, code: message, ...data } satisfies WatchAnswer);
        },
      );
  }

  private async watch(socket: LiveConnectionSocket, given: unknown): Promise<void> {
    const parsed = watchRequestSchema.safeParse(given);
    if (!parsed.success) throw new ProblemError(422, 'validationFailed', 'Some fields need attention');
    await this.authenticate(requestOf(socket));
    await this.feed.watch(socket.data.live, parsed.data);
  }

  /**
   * Authenticates and counts as a request of the API does.
   * @throws ProblemError as the endpoints do, 403 for API keys and sessions that lack a required second factor
   */
  private async authenticate(request: ApiRequest): Promise<{ tenantId: string; memberId: string }> {
    const context = await this.contextOf(request);
    const decision = await this.limiter.consume('user', context.identityId ?? 'none');
    if (!decision.allowed) throw tooManyRequests(decision);
    return { tenantId: context.tenantId!, memberId: context.memberId! };
  }

  private contextOf(request: ApiRequest): Promise<WorkContext> {
    return runInContext(newContext({ correlationId: newId(), route: 'live' }), async () => {
      await this.authenticator.authenticate(request);
      const context = currentContext();
      if (!context.memberId || context.secondFactorPending)
        throw forbidden('needsPerson', 'Live messages need a person with a complete log-in.');
      return context;
    });
  }

  private async isEntitled(request: ApiRequest): Promise<boolean> {
    try {
      await this.contextOf(request);
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.status < 500) return false;
      throw error;
    }
  }

  /** Returns an error that the browser may read. */
  private refusal(error: unknown): Error & { data: { retryAfter?: number } } {
    const problem = toProblem(error);
    if (problem.status >= 500) this.logger.error({ err: error }, 'a live request failed');
    const retryAfter = Number(problem.extras.headers?.['Retry-After']);
    return Object.assign(new Error(problem.code), { data: retryAfter ? { retryAfter } : {} });
  }
}

function requestOf(socket: LiveConnectionSocket): ApiRequest {
  return (socket.request as Handshake).live!;
}
