import type { Judgement } from './change-judge.js';
import type { ChangesMessage, WatchRequest } from './live-protocol.js';
import { Outbox } from './outbox.js';

/** What a live socket needs of its connection. */
export interface LiveConnection {
  tenantId: string;
  memberId: string;
  /** Whether the caller may still act: their token, session, membership and company are checked as in every request. */
  isEntitled(): Promise<boolean>;
  /** Sends a message and calls back when the browser has acknowledged it. */
  send(message: ChangesMessage, acknowledged: () => void): void;
  /** Closes the connection. The browser tries to come back. */
  close(): void;
}

/** One browser tab: what it watches, and what it has yet to be told. */
export class LiveSocket {
  private watches = new Map<string, ReadonlySet<string> | 'all'>();
  private readonly outbox: Outbox;
  /** The rights under which the page was shown, by object; see {@link reviewRights}. */
  private rights = new Map<string, string>();
  /** Version of the receiver's inbox that the page knows; undefined before it is connected, since it counts then. */
  private inbox: string | undefined;

  constructor(readonly connection: LiveConnection) {
    this.outbox = new Outbox((message, acknowledged) => connection.send(message, acknowledged));
  }

  /** Keys of the watched objects. */
  get objects(): Iterable<string> {
    return this.watches.keys();
  }

  /** Replaces what the page watches. */
  watch({ watches }: WatchRequest): void {
    this.watches = new Map(
      watches.map(({ object, records }) => [object, records === 'all' ? records : new Set(records)]),
    );
  }

  /** Whether it has to be found out what the page is told of an object. */
  needs(object: string): boolean {
    return this.watches.has(object) && !this.outbox.isFull(object);
  }

  /** Adds what the page is told of an object, as far as it watches the records. @returns whether there was anything */
  tell(object: string, notices: ReturnType<Judgement['noticesFor']>): boolean {
    const watched = this.watches.get(object);
    let isTold = false;
    for (const [id, notice] of notices) {
      if (!watched || (watched !== 'all' && !watched.has(id))) continue;
      if (notice.kind === 'gone') this.outbox.gone(object, id);
      else this.outbox.changed(object, id, notice.version);
      isTold = true;
    }
    return isTold;
  }

  /** Makes the page ask for descriptions and layouts again. */
  redefine(): void {
    this.outbox.definitions();
  }

  /** Makes the page count its notifications again if the inbox has changed. @param version of the receiver's inbox */
  noteInbox(version: string): void {
    if (this.inbox !== undefined && version !== this.inbox) this.outbox.notifications();
    this.inbox = version;
  }

  /** Makes the page fetch everything it shows. */
  refetch(): void {
    this.redefine();
    for (const object of this.objects) this.outbox.all(object);
  }

  /** Sends what waits. */
  flush(): void {
    this.outbox.flush();
  }

  /** Makes the page fetch everything of the objects for which the subject's rights have changed since the last review. */
  reviewRights(rightsOn: (object: string) => string): void {
    const before = this.rights;
    this.rights = new Map([...this.objects].map((object) => [object, rightsOn(object)]));
    for (const [object, rights] of this.rights)
      if (before.has(object) && before.get(object) !== rights) this.outbox.all(object);
  }
}
