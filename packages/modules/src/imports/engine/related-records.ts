import { tidyText } from '@pellucid/conditions';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { RecordService } from '@pellucid/platform/records';
import { outcomeReasons, type Reason } from '../reasons/reason.js';
import type { ReferenceLookup } from './reference-lookup.js';

/** Savepoint before anything is created for the rows of a batch. */
const BEFORE_RELATED = 'before_related';

/** The result of an attempt to write rows. */
export interface Attempt<T> {
  outcome: T;
  /**
   * Failed rows that were the only ones to name records created for them, with their reasons: the attempt must be
   * undone.
   */
  orphaning: Map<number, Reason[]>;
}

/**
 * Writes rows so that failing ones leave nothing behind. If a failed row was the only one to name a record that was
 * created for it, everything is undone and written again without that record. Whether a row fails is known only after
 * it is written.
 * @param attempt receives the rows known to fail, with their reasons
 */
export async function leavingNothing<T>(
  uow: UnitOfWork,
  attempt: (refused: ReadonlyMap<number, Reason[]>) => Promise<Attempt<T>>,
): Promise<T> {
  const refused = new Map<number, Reason[]>();
  for (;;) {
    const { outcome, orphaning } = await attempt(refused);
    if (orphaning.size === 0) return outcome;
    for (const [row, reasons] of orphaning) refused.set(row, reasons);
    await uow.together([
      { text: `rollback to savepoint ${BEFORE_RELATED}` },
      { text: `release savepoint ${BEFORE_RELATED}` },
    ]);
  }
}

/** Creates records that rows name and that do not exist yet: each once, however many rows name it. */
export class RelatedRecords {
  /** Names of the records created so far, with their object. */
  readonly made: string[] = [];
  /** Their IDs. */
  readonly ids = new Set<string>();
  /** Objects whose rights or definitions may have changed, so that caches must be invalidated. */
  readonly objects = new Set<string>();
  private readonly wanted = new Map<ReferenceLookup, Map<string, string>>();
  private readonly refused = new Map<ReferenceLookup, Map<string, Reason[]>>();
  /** Rows that named each wanted record. */
  private readonly namedBy: Set<number>[] = [];
  private readonly rowsOf = new Map<ReferenceLookup, Map<string, Set<number>>>();

  constructor(private readonly records: RecordService) {}

  /** Requests the record that a row names. */
  want(lookup: ReferenceLookup, text: string, row: number): void {
    const texts = this.wanted.get(lookup) ?? new Map<string, string>();
    const key = lookup.keyOf(text);
    if (!texts.has(key)) texts.set(key, tidyText(text));
    this.wanted.set(lookup, texts);
    const byKey = this.rowsOf.get(lookup) ?? new Map<string, Set<number>>();
    this.rowsOf.set(lookup, byKey);
    byKey.set(key, (byKey.get(key) ?? new Set()).add(row));
  }

  /** Creates the requested records in the batch's transaction and adds them to the look-ups. */
  async make(uow: UnitOfWork): Promise<void> {
    if (this.wanted.size) await uow.run({ text: `savepoint ${BEFORE_RELATED}` });
    for (const [lookup, texts] of this.wanted) {
      const entries = [...texts];
      const object = lookup.descriptor.key;
      const rows = entries.map(([, text]) => lookup.newRecord(text));
      const outcomes = await this.records.create(object, rows, { uow, mode: 'import' });
      for (const [i, outcome] of outcomes.entries()) {
        const [key, text] = entries[i]!;
        if (outcome.status === 'created') {
          this.ids.add(outcome.id!);
          this.made.push(`${object} ${lookup.by} ${key}`);
          this.namedBy.push(this.rowsOf.get(lookup)!.get(key)!);
          this.objects.add(object);
          lookup.add(key, { id: outcome.id!, label: text });
        } else this.reasons(lookup).set(key, outcomeReasons(outcome));
      }
    }
    this.wanted.clear();
  }

  /** Returns why the record could not be created, if so. */
  refusal(lookup: ReferenceLookup, text: string): Reason[] | undefined {
    return this.refused.get(lookup)?.get(lookup.keyOf(text));
  }

  /**
   * Returns the failed rows that would leave behind a record that no other row needs.
   * @param failed rows of the batch that could not be written
   */
  orphaning(failed: ReadonlySet<number>): number[] {
    const orphans = this.namedBy.filter((rows) => [...rows].every((row) => failed.has(row)));
    return [...new Set(orphans.flatMap((rows) => [...rows]))];
  }

  private reasons(lookup: ReferenceLookup): Map<string, Reason[]> {
    const reasons = this.refused.get(lookup) ?? new Map<string, Reason[]>();
    this.refused.set(lookup, reasons);
    return reasons;
  }
}
