import type { RecordDescriptor } from '@pellucid/platform/records';
import { type Reason, reason } from '../reasons/reason.js';
import { storableReason } from './batch-writer.js';
import type { RowResult } from '../imports.types.js';
import type { TableRow } from '../tables/table-file.js';
import { nameKey, namingTargets } from './file-survey.js';
import { type BatchOutcome, type BatchWorld, noCounts } from './batch-world.js';
import { ambiguous, missing } from './import-batch.js';
import type { ImportPlan, PlannedTarget } from './import-plan.js';
import { TriedRecords } from '@pellucid/platform/records';
import { ReferenceLookups } from './reference-lookup.js';
import type { Scopes } from './record-matching.js';
import { cellText, type ReadRow } from './row-reader.js';

/**
 * What earlier batches of a preview would have written. A preview writes each batch as the import would and rolls it
 * back, so later batches cannot find its records; this class provides what they need to know.
 */
export class PreviewMemory {
  /** What earlier batches would have written, for the rules about duplicates. */
  readonly tried = new TriedRecords();
  private readonly rows = new Map<string, number>();
  private readonly scopes = new Map<string, Scopes>();
  private readonly related = new Set<string>();
  /**
   * Names that rows would have given to records, per field they are looked up by, with the records that have each name.
   */
  private readonly named = new Map<string, Map<string, Set<string>>>();

  /** Returns the row that would have created the record with the key. */
  rowOf(key: string | undefined): number | undefined {
    return key === undefined ? undefined : this.rows.get(key);
  }

  /** Returns what names and currency signs mean for the record with the key, if a row would have created it. */
  scopesOf(key: string): Scopes | undefined {
    return this.scopes.get(key);
  }

  /** Remembers a batch that was rolled back. @returns what the preview reports about it */
  take(
    plan: ImportPlan,
    rows: TableRow[],
    { counts, results, objects, related, keys, scopes, findings }: BatchOutcome,
  ): BatchOutcome {
    this.tried.settle();
    const failed = new Set(results.filter((r) => r.status === 'failed').map((r) => r.row));
    const created = new Set(results.filter((r) => r.status === 'created').map((r) => r.row));
    const naming = namingTargets(plan);
    for (const row of rows) {
      if (failed.has(row.row)) continue;
      const key = keys.get(row.row);
      if (key !== undefined && created.has(row.row) && !this.rows.has(key)) {
        this.rows.set(key, row.row);
        const own = scopes.get(key);
        if (own) this.scopes.set(key, own);
      }
      for (const [by, targets] of naming)
        for (const target of targets) {
          const text = cellText(row, target, plan);
          if (text !== undefined) this.name(by, nameKey(by, target, text), key ?? String(row.row));
        }
    }
    const fresh = related.filter((name) => !this.related.has(name));
    for (const name of fresh) this.related.add(name);
    return {
      objects,
      related,
      keys,
      scopes,
      findings,
      counts: { ...counts, related: fresh.length },
      results,
    };
  }

  private name(by: string, name: string, record: string): void {
    const names = this.named.get(by) ?? new Map<string, Set<string>>();
    this.named.set(by, names);
    names.set(name, (names.get(name) ?? new Set()).add(record));
  }

  /** Decides what would happen to references between rows of the file. */
  settle(world: BatchWorld, rows: (RowResult & { deferred: Record<string, string> })[]): BatchOutcome {
    const { plan, descriptors, rights } = world;
    const lookups = new ReferenceLookups(descriptors, rights);
    const counts = noCounts();
    const related: string[] = [];
    const results = rows.map((row): RowResult => {
      const reasons: Reason[] = [];
      for (const [key, text] of Object.entries(row.deferred)) {
        const target = plan.targets.find((t) => t.field.key === key && t.reference) as PlannedTarget;
        const { object, by, unknown } = target.reference!;
        const lookup = lookups.of(object, by);
        const name = lookup.keyOf(text);
        const records = this.named.get(by)?.get(name)?.size ?? 0;
        if (records > 1) reasons.push(ambiguous(target, text, lookup, [], records));
        else if (records === 0 && unknown === 'error') reasons.push(...missing(target, text, lookup));
        else if (records === 0 && unknown === 'create') related.push(`${object} ${by} ${name}`);
      }
      if (reasons.length === 0) return { ...row, deferred: null };
      counts[row.status]--;
      counts.failed++;
      return {
        ...row,
        status: 'failed',
        reasons: [reason('wouldLackReference'), ...reasons].map(storableReason),
        deferred: null,
      };
    });
    const fresh = new Set(related.filter((name) => !this.related.has(name)));
    for (const name of fresh) this.related.add(name);
    counts.related = fresh.size;
    return { counts, results, objects: new Set(), related, keys: new Map(), scopes: new Map() };
  }
}

/** Treats new options of the rows as if they had been added: a preview adds none. */
export function withStandIns(
  rows: ReadRow[],
  descriptor: RecordDescriptor,
  unknown: ReadonlyMap<string, ReadonlySet<string>>,
): ReadRow[] {
  for (const [key, values] of unknown) {
    const stand = descriptor.byKey.get(key)?.options?.[0]?.value;
    for (const { values: row } of rows) {
      const given = row[key];
      if (Array.isArray(given)) row[key] = given.filter((value) => !values.has(value));
      else if (typeof given === 'string' && values.has(given)) {
        if (stand === undefined) delete row[key];
        else row[key] = stand;
      }
    }
  }
  return rows;
}
