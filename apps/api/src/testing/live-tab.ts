import type { AddressInfo } from 'node:net';
import type { ChangesMessage, PresenceMessage, WatchAnswer, WatchRequest } from '@pellucid/modules/live';
import { LIVE_PATH } from '@pellucid/platform/http';
import { eventually } from '@pellucid/platform/testing';
import { io, type Socket } from 'socket.io-client';
import type { TestApi } from './api-process.js';

/** What a tab has been told of one object. */
export interface Told {
  changed: string[];
  gone: string[];
  all: boolean;
}

/** A browser tab that receives live messages, without the browser. It doesn't come back by itself. */
export class LiveTab {
  readonly messages: ChangesMessage[] = [];
  /** Who else is there, as it was told, latest last. */
  readonly presences: PresenceMessage[] = [];
  /** Acknowledgements that wait, while the tab is slow. */
  private held: (() => void)[] | null = null;

  private constructor(private readonly socket: Socket) {
    socket.on('presence', (message: PresenceMessage) => this.presences.push(message));
    socket.on('changes', (message: ChangesMessage, acknowledge: () => void) => {
      this.messages.push(message);
      if (this.held) this.held.push(acknowledge);
      else acknowledge();
    });
  }

  /** Opens a tab. The API must listen, see {@link listening}. @throws Error with the code of the refusal */
  static async open(api: TestApi, token: string, headers: Record<string, string> = {}): Promise<LiveTab> {
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const socket = io(`http://127.0.0.1:${port}`, {
      path: LIVE_PATH,
      transports: ['websocket'],
      auth: { token },
      extraHeaders: headers,
      reconnection: false,
      forceNew: true,
    });
    const tab = new LiveTab(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return tab;
  }

  /** Sends what the page shows. Whatever it has missed by then has arrived when the answer does. */
  watch(watches: WatchRequest['watches'], age = 0): Promise<WatchAnswer> {
    return this.send({ watches, age });
  }

  /** Sends anything as a request to watch. */
  send(request: unknown): Promise<WatchAnswer> {
    return this.socket.emitWithAck('watch', request);
  }

  /** Says what the tab shows. */
  present(request: unknown): Promise<WatchAnswer> {
    return this.socket.emitWithAck('presence', request);
  }

  /** Who else is there, as it was told last. */
  get others(): PresenceMessage['people'] {
    return this.presences.at(-1)?.people ?? [];
  }

  /** Forgets what it has been told. */
  forget(): void {
    this.messages.length = 0;
  }

  /** Everything that it has been told of an object, each record once. */
  told(object: string): Told {
    const changes = this.messages.flatMap((message) => message.changes).filter((c) => c.object === object);
    const listed = changes.flatMap((c) => ('all' in c ? [] : [c]));
    return {
      changed: [...new Set(listed.flatMap(({ changed }) => changed.map(({ id }) => id)))],
      gone: [...new Set(listed.flatMap(({ gone }) => gone))],
      all: changes.some((c) => 'all' in c),
    };
  }

  /** Waits until it has been told that a record changed. What was placed earlier has arrived by then. */
  async hears(object: string, id: string): Promise<void> {
    await eventually(async () => this.told(object).changed.includes(id));
  }

  /** Acknowledges nothing until the returned function is called. */
  slow(): () => void {
    this.held = [];
    return () => {
      const held = this.held ?? [];
      this.held = null;
      for (const acknowledge of held) acknowledge();
    };
  }

  get isOpen(): boolean {
    return this.socket.connected;
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Makes the API listen on a port of this machine, unless another test of the process did so already. */
export async function listening(api: TestApi): Promise<void> {
  if (!api.app.getHttpServer().listening) await api.app.listen(0, '127.0.0.1');
}
