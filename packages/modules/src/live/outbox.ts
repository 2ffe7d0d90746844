import type { ChangesMessage, ObjectChanges } from './live-protocol.js';

/** Most records of an object that wait for a slow browser. Beyond, it is told to fetch what it shows. */
const MOST_WAITING = 200;

/** What waits of one object: the version of each changed record, null for unknown, and `gone` for lost ones. */
type Waiting = Map<string, number | null | 'gone'> | 'all';

/**
 * Collects what one browser has to be told. One message is on its way at a time, and the next one leaves when the browser
 * has acknowledged it. So a browser sets its own pace, and a slow one costs no memory.
 */
export class Outbox {
  private waiting = new Map<string, Waiting>();
  private hasDefinitions = false;
  private hasNotifications = false;
  private isOnTheWay = false;

  /** @param send sends a message and calls back when the browser has acknowledged it */
  constructor(private readonly send: (message: ChangesMessage, acknowledged: () => void) => void) {}

  /** Whether the browser will fetch everything of the object anyway, so that nothing more needs to be found out. */
  isFull(object: string): boolean {
    return this.waiting.get(object) === 'all';
  }

  /** Adds a record that changed. @param version null if unknown */
  changed(object: string, id: string, version: number | null): void {
    this.add(object, id, version);
  }

  /** Adds a record that left the receiver's sight. */
  gone(object: string, id: string): void {
    this.add(object, id, 'gone');
  }

  /** Adds everything of an object. */
  all(object: string): void {
    this.waiting.set(object, 'all');
  }

  /** Adds that descriptions and layouts may have changed. */
  definitions(): void {
    this.hasDefinitions = true;
  }

  /** Adds that the receiver's notifications may have changed. */
  notifications(): void {
    this.hasNotifications = true;
  }

  /** Sends what waits, unless a message is on its way. */
  flush(): void {
    if (this.isOnTheWay || (this.waiting.size === 0 && !this.hasDefinitions && !this.hasNotifications))
      return;
    const changes = [...this.waiting].map(([object, waiting]) => changesOf(object, waiting));
    const message: ChangesMessage = {
      changes,
      ...(this.hasDefinitions ? { definitions: true } : {}),
      ...(this.hasNotifications ? { notifications: true } : {}),
    };
    this.waiting = new Map();
    this.hasDefinitions = false;
    this.hasNotifications = false;
    this.isOnTheWay = true;
    this.send(message, () => {
      this.isOnTheWay = false;
      this.flush();
    });
  }

  private add(object: string, id: string, what: number | null | 'gone'): void {
    const waiting = this.waiting.get(object) ?? new Map<string, number | null | 'gone'>();
    if (waiting === 'all') return;
    waiting.set(id, what);
    this.waiting.set(object, waiting.size > MOST_WAITING ? 'all' : waiting);
  }
}

function changesOf(object: string, waiting: Waiting): ObjectChanges {
  if (waiting === 'all') return { object, all: true };
  const entries = [...waiting];
  return {
    object,
    changed: entries.flatMap(([id, version]) => (version === 'gone' ? [] : [{ id, version }])),
    gone: entries.flatMap(([id, what]) => (what === 'gone' ? [id] : [])),
  };
}
