/** A record that was written and rolled back. */
export interface TriedRecord {
  object: string;
  /** Undefined for one that would be new. */
  id: string | undefined;
  /** What the rule compares, if shared keys don't decide. */
  state: Readonly<Record<string, unknown>> | undefined;
}

/** Most records that are kept for a key, as many as are compared with one. */
const PER_KEY = 100;

/**
 * What earlier batches of a preview would have written, by the keys under which duplicates are found. A preview rolls each
 * batch back, so the database doesn't have these records.
 */
export class TriedRecords {
  private readonly settled = new Map<string, TriedRecord[]>();
  private staged: [key: string, record: TriedRecord][] = [];

  /** Notes a record of the batch that is being written. The batch itself is looked up in the database. */
  add(keys: readonly string[], record: TriedRecord): void {
    for (const key of keys) this.staged.push([key, record]);
  }

  /** Forgets what was noted of the batch: it is written again. */
  restart(): void {
    this.staged = [];
  }

  /** Keeps what was noted of the batch, which is now rolled back. */
  settle(): void {
    for (const [key, record] of this.staged) {
      const own = this.settled.get(key);
      if (!own) this.settled.set(key, [record]);
      else if (own.length < PER_KEY) own.push(record);
    }
    this.staged = [];
  }

  /** Returns the records of earlier batches that have the key. */
  find(key: string): readonly TriedRecord[] {
    return this.settled.get(key) ?? [];
  }
}
