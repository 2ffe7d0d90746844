import type { QueryClient } from '@tanstack/react-query';
import { io, type Socket } from 'socket.io-client';
import { API_ROOT } from '@/lib/api-root';
import { notificationKeys } from '@/lib/notifications/unread-count';
import { accessToken, currentSession, onSessionChange, refreshSession } from '@/lib/session/session';
import { objectsQuery } from '../api/describe-objects';
import { recordKeys } from '../api/record-keys';
import { applyChanges } from './apply-changes';
import { isLiveHeld, onLiveReleased } from './live-hold';
import type { ChangesMessage, PresenceMessage, WatchAnswer, WatchRequest } from './live-messages';
import { onOwnPresence, ownPresence, showPresence } from './presence';
import { ageOf, watchesOf } from './shown-records';

/** Pause between two refetches. It grows while changes keep coming, as during an import. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 8_000;
/** A refetch comes up to this much later, so that colleagues with the same list don't all ask at once. */
const SPREAD_MS = 250;
/** Pages change several queries at once; what they watch is sent afterwards. */
const SETTLE_MS = 150;
/** A hidden tab disconnects after this time. It asks for what it missed when it is shown again. */
const HIDDEN_MS = 60_000;
/** Time until the next attempt after the server refused the connection or what the page watches. */
const REFUSED_MS = 30_000;

/** The server forgets what a tab shows unless it is said again within 15 seconds. */
const PRESENT_MS = 5_000;

/** Time after which every replica of the API knows new definitions. */
const DESCRIBED_MS = 1_200;

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Receives what changes of the records on the page, and fetches it again. One for each tab. */
export class LiveConnection {
  private readonly socket: Socket;
  private readonly ends: (() => void)[] = [];
  /** What was last sent, as text; undefined while the server doesn't know what the page shows. */
  private sent: string | undefined;
  /** Until when live messages kept the page up to date. */
  private upToDateAt = 0;
  /** When the server was last heard: a broken connection may go unnoticed for a while. */
  private heardAt = 0;
  /** Since when a message waits to be shown. What changed later is still with the server. */
  private receivingSince: number | undefined;
  private sending: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private retrying: ReturnType<typeof setTimeout> | undefined;
  private presenting: ReturnType<typeof setInterval> | undefined;
  private pause = PAUSE_MS;
  private acknowledgedAt = 0;

  /** @param onChange called with whether there is a connection, or none is wanted */
  constructor(
    private readonly client: QueryClient,
    onChange: (isConnected: boolean) => void,
  ) {
    this.socket = io({
      path: `${API_ROOT}/live`,
      transports: ['websocket'],
      autoConnect: false,
      reconnectionDelayMax: 30_000,
      auth: (send) =>
        void accessToken().then(
          (token) => send({ token }),
          // Without an answer the connection is refused, and tried again later.
          () => send({}),
        ),
    });
    this.socket.io.on('ping', () => (this.heardAt = Date.now()));
    this.socket.on('connect', () => {
      this.heardAt = Date.now();
      onChange(true);
      this.sent = undefined;
      void this.sendWatches();
      this.present();
      // What happened meanwhile is not told.
      void this.client.invalidateQueries({ queryKey: notificationKeys.all });
    });
    this.socket.on('presence', (message: PresenceMessage) => showPresence(message));
    this.socket.on('disconnect', () => {
      showPresence(undefined);
      this.upToDateAt = this.receivingSince ?? this.heardAt;
      onChange(this.isHidden);
    });
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => {
      onChange(false);
      // Whoever is refused by name doesn't get in by trying again at once.
      if (error.data) void this.enterLater(error.message);
    });
    this.socket.on('changes', (message: ChangesMessage, acknowledge: () => void) => {
      this.heardAt = Date.now();
      this.receivingSince = this.heardAt;
      void this.receive(message).finally(() => {
        this.receivingSince = undefined;
        acknowledge();
      });
    });
  }

  /** Connects, unless the tab is hidden. */
  start(): void {
    this.ends.push(
      this.client.getQueryCache().subscribe(({ type }) => {
        if (type === 'observerAdded' || type === 'observerRemoved') this.sendSoon();
      }),
      // The new session may be that of another company.
      onSessionChange((next, before) => {
        const tenantOf = (state: typeof next) => (state.status === 'signed-in' ? state.tenantId : undefined);
        if (tenantOf(next) === tenantOf(before)) return;
        this.socket.disconnect();
        if (tenantOf(next)) this.socket.connect();
      }),
    );
    onOwnPresence(() => this.present());
    this.presenting = setInterval(() => {
      if (ownPresence()) this.present();
    }, PRESENT_MS);
    const onVisibility = () => this.followVisibility();
    document.addEventListener('visibilitychange', onVisibility);
    this.ends.push(() => document.removeEventListener('visibilitychange', onVisibility));
    this.followVisibility();
  }

  /** Says what the tab shows, and who is there may be told. */
  private present(): void {
    if (this.socket.connected) this.socket.emit('presence', ownPresence(), () => {});
  }

  stop(): void {
    onOwnPresence(undefined);
    clearInterval(this.presenting);
    showPresence(undefined);
    for (const end of this.ends) end();
    clearTimeout(this.sending);
    clearTimeout(this.hiding);
    clearTimeout(this.retrying);
    this.socket.disconnect();
  }

  private get isHidden(): boolean {
    return document.visibilityState === 'hidden';
  }

  private followVisibility(): void {
    clearTimeout(this.hiding);
    if (this.isHidden) this.hiding = setTimeout(() => this.socket.disconnect(), HIDDEN_MS);
    else if (!this.socket.active) this.socket.connect();
  }

  private async enterLater(code: string): Promise<void> {
    const session = currentSession();
    const isSessionRefused = code === 'invalidToken' || code === 'sessionEnded';
    if (isSessionRefused && session.status === 'signed-in') {
      const isRenewed = await refreshSession(session.accessToken).catch(() => true);
      if (!isRenewed) return;
    }
    this.retrying = setTimeout(() => {
      if (!this.isHidden && !this.socket.active) this.socket.connect();
    }, REFUSED_MS);
  }

  private sendSoon(ms = SETTLE_MS): void {
    clearTimeout(this.sending);
    this.sending = setTimeout(() => void this.sendWatches(), ms);
  }

  private async sendWatches(): Promise<void> {
    if (!this.socket.connected) return;
    const queries = this.client.getQueryCache().getAll();
    const watches = watchesOf(queries, this.objects);
    const text = JSON.stringify(watches);
    if (text === this.sent) return;
    const request: WatchRequest = { watches, age: ageOf(queries, this.upToDateAt) };
    this.sent = text;
    // Without an answer the connection is gone, and the next one says anew what the page shows.
    const asked: Promise<WatchAnswer | undefined> = this.socket.emitWithAck('watch', request);
    const answer = await asked.catch(() => undefined);
    if (!answer || answer.ok) return;
    this.sent = undefined;
    this.sendSoon(answer.retryAfter ? answer.retryAfter * 1_000 : REFUSED_MS);
  }

  private get objects() {
    return this.client.getQueryData(objectsQuery.queryKey) ?? [];
  }

  /** Shows the changes. The server collects further ones until it has resolved. */
  private async receive({ changes, definitions, notifications }: ChangesMessage): Promise<void> {
    const isStream = Date.now() - this.acknowledgedAt < SPREAD_MS;
    this.pause = isStream ? Math.min(this.pause * 2, LONGEST_PAUSE_MS) : PAUSE_MS;
    await wait(Math.random() * SPREAD_MS);
    await this.untilUndisturbed();
    if (notifications) void this.client.invalidateQueries({ queryKey: notificationKeys.all });
    if (definitions) setTimeout(() => void this.describeAgain(), DESCRIBED_MS);
    await applyChanges(this.client, this.objects, changes).catch(() => {});
    await wait(this.pause);
    this.acknowledgedAt = Date.now();
  }

  /** Fetches descriptions and layouts, so that new fields appear without a reload. */
  private async describeAgain(): Promise<void> {
    await this.client.invalidateQueries({ queryKey: recordKeys.objects });
    await this.client.invalidateQueries({ queryKey: recordKeys.layouts });
  }

  /** Waits while nobody looks, something is being dragged or the user's own change is on its way. */
  private async untilUndisturbed(): Promise<void> {
    while (this.isHidden || isLiveHeld() || this.client.isMutating() > 0)
      await new Promise<void>((done) => {
        const ends: (() => void)[] = [];
        const goOn = () => {
          for (const end of ends) end();
          done();
        };
        document.addEventListener('visibilitychange', goOn, { once: true });
        ends.push(
          () => document.removeEventListener('visibilitychange', goOn),
          onLiveReleased(goOn),
          this.client.getMutationCache().subscribe(goOn),
        );
      });
  }
}
