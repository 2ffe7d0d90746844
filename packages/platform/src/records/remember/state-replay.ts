import { instant, loggedValue, type RecordDescriptor, type RecordState } from '../describe/index.js';
import type { FieldChange } from './event-log.js';

/** What a replay reads of an event. */
export interface ReplayedEvent {
  verb: string;
  at: string | Date;
}

/** Rebuilds a record's values from its events, applied one after the other. */
export class StateReplay {
  state: RecordState = {};
  deletedAt: string | null = null;
  /** Keys of the fields whose values are unknown, because they were erased. */
  readonly erased = new Set<string>();
  /**
   * For fields that are derived in some records only: whether they were derived. If the log does not say, they count as
   * derived.
   */
  readonly wasDerived = new Map<string, boolean>();

  /** @param descriptor of the record, as it is today */
  constructor(private readonly descriptor: RecordDescriptor) {}

  /**
   * Applies the record's next event.
   * @param changes everything that can be read of it
   * @param withheld keys of the fields whose values were erased from it
   */
  apply(event: ReplayedEvent, changes: Record<string, FieldChange>, withheld: string[]): void {
    for (const key of withheld) {
      delete this.state[key];
      this.erased.add(key);
    }
    if (isDeletion(event, changes)) {
      this.deletedAt = instant(event.at);
      return;
    }
    this.deletedAt = null;
    for (const [key, change] of Object.entries(changes)) {
      this.state[key] = loggedValue(this.fieldOf(key), change.after);
      this.wasDerived.set(key, change.derived?.after ?? true);
      this.erased.delete(key);
    }
  }

  private fieldOf(key: string) {
    return this.descriptor.byKey.get(key) ?? this.descriptor.former.get(key);
  }
}

/** Whether the event is a deletion, which records the values before but none after. */
function isDeletion({ verb }: ReplayedEvent, changes: Record<string, FieldChange>): boolean {
  const all = Object.values(changes);
  return verb === 'deleted' || (all.length > 0 && all.every((change) => !('after' in change)));
}
