import { instant, loggedValue, type RecordDescriptor, type RecordState } from '../describe/index.js';
import type { FieldChange } from './event-log.js';
import { applyChange, linesOfTable, type LineTable } from './line-changes.js';

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
  /** For fields that are derived in some records only: whether they were derived. Undefined if the log does not say. */
  readonly wasDerived = new Map<string, boolean | undefined>();
  private readonly tables: LineTable = new Map();

  /** @param descriptor of the record, as it is today */
  constructor(private readonly descriptor: RecordDescriptor) {
    for (const { key } of descriptor.lines) this.state[key] = [];
  }

  /**
   * Applies the record's next event.
   * @param changes everything that can be read of it
   * @param withheld keys of the fields whose values were erased from it
   */
  apply(event: ReplayedEvent, changes: Record<string, FieldChange>, withheld: string[]): void {
    for (const key of withheld) {
      delete this.state[key];
      this.tables.delete(key);
      this.erased.add(key);
    }
    if (isDeletion(event, changes)) {
      this.deletedAt = instant(event.at);
      return;
    }
    // Being restored, a record has what the event says.
    if (this.deletedAt !== null) this.tables.clear();
    this.deletedAt = null;
    const inLines = new Set(
      this.descriptor.lines.flatMap(({ key, fields }) => [key, ...fields.map((f) => f.key)]),
    );
    for (const [key, change] of Object.entries(changes)) {
      if (inLines.has(key)) {
        applyChange(this.tables, key, change);
        continue;
      }
      this.state[key] = loggedValue(this.fieldOf(key), change.after);
      this.wasDerived.set(key, change.derived?.after);
      this.erased.delete(key);
    }
    for (const collection of this.descriptor.lines)
      this.state[collection.key] = linesOfTable(collection, this.tables);
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
