import type { UnitOfWork } from '@pellucid/platform/db';
import type { RecordDescriptor, RowOutcome, WriteInput } from '@pellucid/platform/records';
import type { RowResult } from '../imports.types.js';
import { refusedCurrency } from './amount-currencies.js';
import { type BatchWorld, noCounts, type Pending } from './batch-world.js';
import { duplicateReason, isDuplicate, outcomeReasons, type Reason, reason } from '../reasons/reason.js';
import { matchKeys } from './import-plan.js';
import { PreviewChanges } from './preview-changes.js';
import { PresentLines, reasonInRow, type WrittenLines } from './record-lines.js';
import type { RowReason } from './row-reader.js';
import { RECORD_ID_KEY } from '../mapping/import-targets.js';

/** Writes the records of a batch, and notes the result of each row. */
export class BatchWriter {
  readonly results: RowResult[] = [];
  readonly counts = noCounts();
  /** The records that were written, by match key, each with its first row. */
  private readonly known = new Map<string, { id: string; row: number }>();

  constructor(
    private readonly world: BatchWorld,
    private readonly descriptor: RecordDescriptor,
  ) {}

  /** Writes rows, of which no two are about the same record. */
  async write(uow: UnitOfWork, wave: Pending[]): Promise<void> {
    const { known } = this;
    const { memory, plan } = this.world;
    const { mode } = plan;
    const creating: Pending[] = [];
    const finishing: { row: Pending; id: string }[] = [];
    const updating: { row: Pending; id: string }[] = [];
    const taken: { row: Pending; id: string }[] = [];
    for (const row of wave) {
      if (row.read.reasons.length) {
        this.fail(row, row.read.reasons);
        continue;
      }
      if (row.read.recordId) {
        finishing.push({ row, id: row.read.recordId });
        continue;
      }
      const earlier = row.key === undefined ? undefined : known.get(row.key);
      const dry = earlier || row.match ? undefined : memory?.rowOf(row.key);
      if (mode === 'create' && dry !== undefined) {
        this.fail(row, this.alreadyThere(dry));
        continue;
      }
      const id = earlier?.id ?? row.match?.id;
      if (mode === 'create' && id) {
        if (earlier) this.fail(row, this.alreadyThere(earlier.row));
        else taken.push({ row, id });
      } else if (mode === 'update' && !id)
        this.fail(row, reason('nothingToUpdate', { object: plan.object, fields: matchKeys(plan) }));
      else if (id) updating.push({ row, id });
      else creating.push(row);
    }
    if (taken.length) {
      const found = await uow.run<{ record_id: string; row: number }>(
        this.world.rows.rowsOfRecords(
          this.world.importId,
          taken.map((t) => t.id),
        ),
      );
      const rowOf = new Map(found.map((f) => [f.record_id, f.row]));
      for (const { row, id } of taken) this.fail(row, this.alreadyThere(rowOf.get(id)));
    }
    const note = ({ row, lines }: Writing, outcome: RowOutcome) => {
      if (outcome.status === 'failed') return this.fail(row, this.reasonsOf(row, lines, outcome));
      const done = outcome.status as 'created' | 'updated' | 'unchanged';
      // An earlier row of the preview would have created it.
      const status = done === 'created' && memory?.rowOf(row.key) !== undefined ? 'updated' : done;
      this.counts[status]++;
      this.counts.lines += row.read.rows.length - 1;
      if (row.key !== undefined && !known.has(row.key))
        known.set(row.key, { id: outcome.id!, row: row.read.row });
      const deferred = Object.keys(row.deferred).length ? row.deferred : null;
      if (status === 'unchanged' && !deferred && !this.world.isRetry && !changes) return;
      for (const [n, { row: number, cells }] of row.read.rows.entries()) {
        // Further rows need a result only if they had one before.
        if (n > 0 && !this.world.isRetry) break;
        this.results.push({
          row: number,
          status,
          // What a preview writes is taken back, so only records that were there have an ID.
          record_id: changes ? (row.match?.id ?? null) : outcome.id!,
          record_version: changes ? (row.match?.version ?? null) : null,
          ...(changes && n === 0 ? { changes: changes.of(row, outcome.id!, outcome.record) } : {}),
          reasons: null,
          cells: deferred && n === 0 ? storable(cells) : null,
          deferred: n === 0 ? deferred : null,
          record_row: this.recordRow(row),
        });
      }
    };
    const { records, context } = this.world;
    const changes = memory
      ? await PreviewChanges.of(
          uow,
          this.world,
          updating.map(({ id }) => id),
        )
      : undefined;
    const present = await PresentLines.of(
      uow,
      records.reader,
      context,
      plan,
      updating.map(({ id }) => id),
    );
    const laid = (row: Pending, id?: string): Writing[] => {
      const lines = present.laidOver(plan, row.read, id);
      if (!lines.reasons.length) return [{ row, id, lines }];
      this.fail(row, lines.reasons);
      return [];
    };
    /** The version that lines were read from, or that the preview compared; other rows of the file may have changed it. */
    const versionOf = ({ key, match }: Pending, ofLines: number | undefined) => {
      const isFirst = key === undefined || !known.has(key);
      const ifMatch = ofLines ?? (this.world.expected && isFirst ? match?.version : undefined);
      return ifMatch === undefined ? {} : { ifMatch };
    };
    const write = async (operation: 'create' | 'update', rows: Writing[], action?: string) => {
      if (rows.length === 0) return;
      const inputs = rows.map(
        ({ row, row: { read }, id, lines: { values, ifMatch } }): WriteInput => ({
          ...(id === undefined ? { provenance: read.provenance } : { id }),
          ...versionOf(row, ifMatch),
          values: { ...written(read.values), ...values },
        }),
      );
      const outcomes = await records.writer.write(this.descriptor.key, operation, inputs, {
        uow,
        mode: 'import',
        duplicates: plan.duplicates,
        ...(memory && { tried: memory.tried }),
        present: changes !== undefined,
        ...(action && { action }),
      });
      for (const outcome of outcomes) note(rows[outcome.index]!, outcome);
    };
    await write(
      'create',
      creating.flatMap((row) => laid(row)),
    );
    await write(
      'update',
      updating.flatMap(({ row, id }) => laid(row, id)),
    );
    // Whoever may create a record may also complete its creation. Its lines were written with it.
    const finished = finishing.map(({ row, id }): Writing => ({ row, id, lines: NO_LINES }));
    await write('update', finished, mode === 'create' ? 'create' : 'update');
  }

  /** Returns the first row of a record that may have several; null if it cannot. */
  private recordRow({ read }: Pending): number | null {
    return this.world.plan.lines.length ? read.first : null;
  }

  /** Returns why a record could not be written. */
  private reasonsOf({ read }: Pending, lines: WrittenLines, outcome: RowOutcome): RowReason[] {
    const duplicate = duplicateReason(outcome);
    if (duplicate) return [{ row: read.row, reason: duplicate }];
    if (outcome.failure || !outcome.errors?.length)
      return outcomeReasons(outcome).map((why) => ({ row: read.row, reason: why }));
    return outcome.errors.map(
      (problem) => refusedCurrency(problem, read) ?? reasonInRow(problem, lines, read, this.world.plan),
    );
  }

  private alreadyThere(row: number | undefined): Reason {
    const fields = matchKeys(this.world.plan);
    return row === undefined ? reason('alreadyThere', { fields }) : reason('alreadyInFile', { fields, row });
  }

  /** Fails all rows of a record. */
  private fail(pending: Pending, given: Reason | RowReason[]): void {
    const { row: begin, rows } = pending.read;
    const reasons = Array.isArray(given) ? given : [{ row: begin, reason: given }];
    const at = [...new Set(reasons.map(({ row }) => row))].sort((a, b) => a - b);
    this.counts.failed += rows.length;
    for (const { row, cells } of rows) {
      const own = reasons.flatMap((each) => (each.row === row ? [storableReason(each.reason)] : []));
      if (own.some(isDuplicate)) this.counts.duplicates++;
      this.results.push({
        row,
        status: 'failed',
        record_id: null,
        reasons: own.length
          ? own
          : [reason('otherRowFailed', { rows: at.slice(0, 5), object: this.world.plan.object })],
        cells: storable(cells),
        deferred: null,
        record_row: this.recordRow(pending),
      });
    }
  }
}

/** Returns the values of a row that are written: the ID only finds the record. */
function written({ [RECORD_ID_KEY]: _, ...values }: Record<string, unknown>): Record<string, unknown> {
  return values;
}

/** Returns rows in waves, in which no two are about the same record: a second row waits until the first is written. */
export function wavesOf(pending: Pending[]): Pending[][] {
  const waves: Pending[][] = [];
  const places = new Map<string, number>();
  for (const row of pending) {
    const place = row.key === undefined ? 0 : (places.get(row.key) ?? 0);
    if (row.key !== undefined) places.set(row.key, place + 1);
    const wave = waves[place];
    if (wave) wave.push(row);
    else waves.push([row]);
  }
  return waves;
}

/** A record to be written; without an id, a new one. */
interface Writing {
  row: Pending;
  id?: string | undefined;
  lines: WrittenLines;
}

const NO_LINES: WrittenLines = { values: {}, rows: new Map(), reasons: [] };

/** Returns the reason without what JSON in the database cannot contain. */
export function storableReason({ code, params, said }: Reason): Reason {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' ? storableText(value) : value,
  ]);
  return {
    code,
    params: Object.fromEntries(entries),
    ...(said === undefined ? {} : { said: storableText(said) }),
  };
}

/** JSON in the database cannot contain NUL or half of a surrogate pair. */
function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

function storable(cells: string[]): string[] {
  return cells.map(storableText);
}
