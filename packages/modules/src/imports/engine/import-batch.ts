import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import {
  currencyFieldOf,
  type RecordDescriptor,
  type RecordRegistry,
  type RecordService,
  type RowOutcome,
  type WriteInput,
} from '@pellucid/platform/records';
import type { ImportCounts, ImportsRepository, RowResult } from '../imports.repository.js';
import type { DryRunMemory } from './dry-run-memory.js';
import type { ImportPlan, PlannedTarget } from './import-plan.js';
import type { ImportRights } from './import-rights.js';
import { type Match, RecordMatching } from './record-matching.js';
import { type ReferenceLookup, ReferenceLookups } from './reference-lookup.js';
import { type Attempt, reasonOf, RelatedRecords } from './related-records.js';
import type { ReadRow } from './row-reader.js';

/** Everything that a batch needs and that outlives it. */
export interface BatchWorld {
  importId: string;
  plan: ImportPlan;
  registry: RecordRegistry;
  records: RecordService;
  repository: ImportsRepository;
  descriptors: (object: string) => RecordDescriptor;
  rights: ImportRights;
  /** Names of the file's own rows, per field by which references to the same object are looked up. */
  names: Map<string, Set<string>>;
  /** ISO 4217 code of the company's base currency. */
  baseCurrency: string;
  /** For a dry run: what earlier batches would have written. */
  memory?: DryRunMemory | undefined;
  /** Whether rows that failed before are written again; the result of each row is recorded. */
  isRetry?: boolean | undefined;
}

/** The result of a batch. */
export interface BatchOutcome {
  counts: ImportCounts;
  results: RowResult[];
  /** Keys of the objects whose records were written. */
  objects: Set<string>;
  /** Names of the records that were created because rows refer to them. */
  related: string[];
  /** Match key of each row. */
  keys: ReadonlyMap<number, string>;
}

/** A row with what is known about it. */
interface Pending {
  read: ReadRow;
  key: string | undefined;
  match: Match | undefined;
  deferred: Record<string, string>;
  /** Whether it was known to fail before anything was created for it. */
  isRefused: boolean;
}

/** Up to 500 rows of the file, which are matched and written together, each with its own result. */
export class ImportBatch {
  private readonly lookups: ReferenceLookups;
  private readonly matching: RecordMatching;
  private readonly related: RelatedRecords;
  private readonly results: RowResult[] = [];
  private readonly counts: ImportCounts = { created: 0, updated: 0, unchanged: 0, failed: 0, related: 0 };
  private readonly descriptor: RecordDescriptor;
  private statements: { lookup: ReferenceLookup; statement: Statement }[] = [];
  private matchStatement: Statement | undefined;

  constructor(
    private readonly world: BatchWorld,
    private readonly rows: ReadRow[],
  ) {
    const { plan, descriptors, registry, records, rights } = world;
    this.descriptor = descriptors(plan.object);
    this.lookups = new ReferenceLookups(registry, descriptors, rights);
    this.related = new RelatedRecords(records);
    // The meaning of names, and of currency signs, may depend on the record's values.
    const scopes = plan.targets.flatMap(({ field }) => {
      const currency = currencyFieldOf(field) ?? '';
      const isSeen = currency !== '' && rights.isClear(plan.object, currency);
      return [field.lookupScope?.field ?? '', isSeen ? currency : ''].flatMap(
        (key) => this.descriptor.byKey.get(key) ?? [],
      );
    });
    this.matching = new RecordMatching(this.descriptor, plan.matchBy, [...new Set(scopes)], rights);
  }

  /** Returns statements for what must be read first; they are sent with BEGIN. */
  first(): Statement[] {
    for (const row of this.rows)
      for (const { target, texts } of row.references)
        for (const text of texts) this.lookupOf(target).want(text);
    this.statements = this.lookups.statements();
    if (!this.matching.needsReferences)
      this.matchStatement = this.matching.statement(this.rows.map((r) => r.values));
    return [
      ...this.statements.map((s) => s.statement),
      ...(this.matchStatement ? [this.matchStatement] : []),
    ];
  }

  /** Writes the rows once. @param first the rows of the {@link first} statements */
  async write(uow: UnitOfWork, first: any[][]): Promise<Attempt<BatchOutcome>> {
    for (const [i, { lookup }] of this.statements.entries()) lookup.take(first[i]!);
    let matches = this.matchStatement
      ? this.matching.read(first[this.statements.length]!)
      : new Map<string, Match[]>();
    const pending = this.rows.map(
      (read): Pending => ({
        read,
        key: undefined,
        match: undefined,
        deferred: {},
        isRefused: read.reasons.length > 0,
      }),
    );

    await this.makeUnknown(uow);
    const plain = (t: PlannedTarget) => !t.field.lookupScope;
    for (const row of pending) this.resolve(row, plain);
    if (this.matching.needsReferences) {
      const statement = this.matching.statement(pending.map((p) => p.read.values));
      if (statement) matches = this.matching.read(await uow.run(statement));
    }
    for (const row of pending) this.match(row, matches);
    for (const row of pending) this.resolve(row, (t) => !plain(t));
    for (const row of pending) this.settleCurrencies(row);

    await this.writeRows(uow, pending);
    this.counts.related = this.related.made.length;
    const failed = new Map(
      this.results.filter((r) => r.status === 'failed').map((r) => [r.row, r.reason as string]),
    );
    return {
      outcome: {
        counts: this.counts,
        results: this.results,
        objects: new Set([this.descriptor.key, ...this.related.objects]),
        related: this.related.made,
        keys: new Map(
          pending.flatMap(({ read, key }) => (key === undefined ? [] : [[read.row, key] as const])),
        ),
      },
      orphaning: new Map(
        this.related.orphaning(new Set(failed.keys())).map((row) => [row, failed.get(row)!]),
      ),
    };
  }

  private lookupOf(target: PlannedTarget): ReferenceLookup {
    const { object, by } = target.reference!;
    return this.lookups.of(object, by, target.field.lookupScope);
  }

  /** Whether another row of the file has this name: then the reference is set after all rows are written. */
  private isInFile(target: PlannedTarget, text: string): boolean {
    const { refersToItself, by } = target.reference!;
    return (
      refersToItself &&
      target.field.traits.family === 'reference' &&
      (this.world.names.get(by)?.has(this.lookupOf(target).keyOf(text)) ?? false)
    );
  }

  private async makeUnknown(uow: UnitOfWork): Promise<void> {
    for (const row of this.rows) {
      if (row.reasons.length) continue;
      for (const { target, texts } of row.references) {
        if (target.reference!.unknown !== 'create') continue;
        const lookup = this.lookupOf(target);
        for (const text of texts)
          if (lookup.resolve(text) === undefined && !this.isInFile(target, text))
            this.related.want(lookup, text, row.row);
      }
    }
    await this.related.make(uow);
  }

  /** Turns the texts of a row's references into ids. */
  private resolve(
    { read, match, deferred, isRefused }: Pending,
    which: (target: PlannedTarget) => boolean,
  ): void {
    for (const { target, texts } of read.references) {
      if (!which(target)) continue;
      const lookup = this.lookupOf(target);
      const scopeKey = target.field.lookupScope?.field;
      const scope = scopeKey
        ? ((read.values[scopeKey] as string | undefined) ?? match?.scopes[scopeKey])
        : undefined;
      const ids: string[] = [];
      for (const text of texts) {
        const found = lookup.resolve(text, scope);
        if (found && 'id' in found) ids.push(found.id);
        else if (found) read.reasons.push(ambiguous(target, text, lookup, found.ambiguous));
        else if (this.isInFile(target, text)) deferred[target.field.key] = text;
        else if (target.reference!.unknown === 'create' && isRefused) continue;
        else if (target.reference!.unknown !== 'empty')
          read.reasons.push(missing(target, text, lookup, this.related.refusal(lookup, text)));
      }
      if (ids.length === 0) continue;
      if (target.provenance) read.provenance.createdBy = { kind: 'member', id: ids[0]! };
      else read.values[target.field.key] = target.field.traits.isList ? ids : ids[0]!;
    }
  }

  /** Finds the record that a row refers to. */
  private match(row: Pending, matches: Map<string, Match[]>): void {
    const { plan } = this.world;
    if (plan.matchBy.length === 0 || row.read.reasons.length) return;
    row.key = this.matching.keyOf(row.read.values);
    if (row.key === undefined) {
      if (plan.mode !== 'create')
        row.read.reasons.push(
          `${this.keyLabels()} is empty. Records are matched by it, so it needs a value.`,
        );
      return;
    }
    const found = matches.get(row.key) ?? [];
    if (found.length > 1)
      row.read.reasons.push(
        `${found.length} ${this.descriptor.pluralLabel.toLowerCase()} have this ${this.keyLabels()} (ids ${found
          .slice(0, 5)
          .map((m) => m.id)
          .join(', ')}). Merge them or match records by a unique field.`,
      );
    else row.match = found[0];
  }

  /** Sets the record's currency to the one its amounts are written in, unless its own currency fits the sign. */
  private settleCurrencies({ read, match }: Pending): void {
    const { rights, baseCurrency } = this.world;
    for (const [key, { codes, said, isUnclear }] of read.currencies) {
      const present = match?.scopes[key];
      if (present && codes.includes(present)) continue;
      if (isUnclear) {
        read.reasons.push(
          `${said} could be in ${codes.join(', ')}. Write the currency's code instead of the sign, or import it from a column of its own.`,
        );
        continue;
      }
      const code = codes[0]!;
      // A new record gets the company's currency anyway, so people who may not set the currency can still import.
      if (!match && code === baseCurrency && !rights.maySet(this.descriptor.key, key)) continue;
      read.values[key] = code;
    }
  }

  private keyLabels(): string {
    return this.world.plan.matchBy.map((f) => `"${f.label}"`).join(' and ');
  }

  /** Writes rows in waves: a second row about the same record waits until the result of the first is known. */
  private async writeRows(uow: UnitOfWork, pending: Pending[]): Promise<void> {
    const known = new Map<string, { id: string; row: number }>();
    let queue = pending;
    while (queue.length) {
      const wave: Pending[] = [];
      const later: Pending[] = [];
      const keys = new Set<string>();
      for (const row of queue) {
        if (row.key !== undefined && keys.has(row.key)) later.push(row);
        else wave.push(row);
        if (row.key !== undefined) keys.add(row.key);
      }
      await this.writeWave(uow, wave, known);
      queue = later;
    }
  }

  private async writeWave(
    uow: UnitOfWork,
    wave: Pending[],
    known: Map<string, { id: string; row: number }>,
  ): Promise<void> {
    const { memory } = this.world;
    const { mode } = this.world.plan;
    const creating: Pending[] = [];
    const finishing: { row: Pending; id: string }[] = [];
    const updating: { row: Pending; id: string }[] = [];
    const taken: { row: Pending; id: string }[] = [];
    for (const row of wave) {
      if (row.read.reasons.length) {
        this.fail(row, row.read.reasons.join(' '));
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
        this.fail(
          row,
          `There is no ${this.descriptor.label.toLowerCase()} with this ${this.keyLabels()}, so there is nothing to update.`,
        );
      else if (id) updating.push({ row, id });
      else creating.push(row);
    }
    if (taken.length) {
      const found = await uow.run<{ record_id: string; row: number }>(
        this.world.repository.rowsOfRecords(
          this.world.importId,
          taken.map((t) => t.id),
        ),
      );
      const rowOf = new Map(found.map((f) => [f.record_id, f.row]));
      for (const { row, id } of taken) this.fail(row, this.alreadyThere(rowOf.get(id)));
    }
    const note = (row: Pending, outcome: RowOutcome) => {
      if (outcome.status === 'failed') return this.fail(row, reasonOf(outcome));
      const done = outcome.status as 'created' | 'updated' | 'unchanged';
      // An earlier row of the dry run would have created it.
      const status = done === 'created' && memory?.rowOf(row.key) !== undefined ? 'updated' : done;
      this.counts[status]++;
      if (row.key !== undefined && !known.has(row.key))
        known.set(row.key, { id: outcome.id!, row: row.read.row });
      const deferred = Object.keys(row.deferred).length ? row.deferred : null;
      if (status === 'unchanged' && !deferred && !this.world.isRetry) return;
      this.results.push({
        row: row.read.row,
        status,
        record_id: outcome.id!,
        reason: null,
        cells: deferred ? storable(row.read.cells) : null,
        deferred,
      });
    };
    if (creating.length) {
      const inputs = creating.map(
        ({ read }): WriteInput => ({ values: read.values, provenance: read.provenance }),
      );
      const outcomes = await this.world.records.writer.write(this.descriptor.key, 'create', inputs, {
        uow,
        mode: 'import',
      });
      for (const outcome of outcomes) note(creating[outcome.index]!, outcome);
    }
    const update = async (rows: { row: Pending; id: string }[], action?: string) => {
      if (rows.length === 0) return;
      const inputs = rows.map(({ row, id }): WriteInput => ({ id, values: row.read.values }));
      const outcomes = await this.world.records.writer.write(this.descriptor.key, 'update', inputs, {
        uow,
        mode: 'import',
        ...(action && { action }),
      });
      for (const outcome of outcomes) note(rows[outcome.index]!.row, outcome);
    };
    await update(updating);
    // Whoever may create a record may also complete its creation.
    await update(finishing, mode === 'create' ? 'create' : 'update');
  }

  private alreadyThere(row: number | undefined): string {
    const where = row === undefined ? '' : `: row ${row} of this file made it`;
    return `There is already a record with this ${this.keyLabels()}${where}.`;
  }

  private fail({ read }: Pending, reason: string): void {
    this.counts.failed++;
    this.results.push({
      row: read.row,
      status: 'failed',
      record_id: null,
      reason: storableText(reason),
      cells: storable(read.cells),
      deferred: null,
    });
  }
}

const shown = (text: string) => `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;

/** Returns the message for a reference that matches several records. */
export function ambiguous(
  target: PlannedTarget,
  text: string,
  lookup: ReferenceLookup,
  ids: string[],
  count = ids.length,
): string {
  const known = ids.length ? ` (ids ${ids.slice(0, 5).join(', ')})` : '';
  return `${target.columnName}: ${shown(text)} is the ${lookup.by} of ${count} ${lookup.descriptor.pluralLabel.toLowerCase()}${known}. Merge them or refer to one by external ID.`;
}

/** Returns the message for a reference that matches no record. */
export function missing(
  target: PlannedTarget,
  text: string,
  lookup: ReferenceLookup,
  refusal?: string,
): string {
  const label = lookup.descriptor.label.toLowerCase();
  if (refusal) return `${target.columnName}: the ${label} ${shown(text)} could not be created. ${refusal}`;
  return `${target.columnName}: there is no ${label} ${shown(text)}. Create it first, correct the value, or choose what to do with unknown values.`;
}

/** JSON in the database cannot contain NUL or half of a surrogate pair. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

function storable(cells: string[]): string[] {
  return cells.map(storableText);
}
