import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import { currencyFieldOf, type RecordDescriptor, shownText } from '@pellucid/platform/records';
import type { BatchOutcome, BatchWorld, Pending } from './batch-world.js';
import { BatchWriter, wavesOf } from './batch-writer.js';
import { RECORD_ID, RECORD_ID_KEY } from '../mapping/import-targets.js';
import { type Reason, reason } from '../reasons/reason.js';
import { matchKeys, type PlannedTarget } from './import-plan.js';
import { foundBy, holdReferencesToPreview, unmatchedOf } from './preview-findings.js';
import { holdToPreview } from './preview-guard.js';
import { type Match, RecordMatching, type Scopes } from './record-matching.js';
import { type ReferenceLookup, ReferenceLookups } from './reference-lookup.js';
import { type Attempt, RelatedRecords } from './related-records.js';
import type { ReadRow } from './row-reader.js';

/** Records of some 500 rows of the file, which are matched and written together, each with its own result. */
export class ImportBatch {
  private readonly lookups: ReferenceLookups;
  private readonly matching: RecordMatching;
  private readonly related: RelatedRecords;
  private readonly writer: BatchWriter;
  private readonly descriptor: RecordDescriptor;
  private statements: { lookup: ReferenceLookup; statement: Statement }[] = [];
  private matchStatement: Statement | undefined;

  constructor(
    private readonly world: BatchWorld,
    private readonly rows: ReadRow[],
  ) {
    const { plan, descriptors, records, rights } = world;
    this.descriptor = descriptors(plan.object);
    this.lookups = new ReferenceLookups(descriptors, rights);
    this.related = new RelatedRecords(records);
    this.writer = new BatchWriter({ ...world, made: this.related.ids }, this.descriptor);
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
    const references = this.world.memory && foundBy(this.lookups.values());
    await holdReferencesToPreview(uow, this.world, this.rows, (target) => this.lookupOf(target));
    let matches = this.matchStatement
      ? this.matching.read(first[this.statements.length]!)
      : new Map<string, Match[]>();
    const pending = this.rows.map(
      (read): Pending => ({
        read,
        key: undefined,
        match: undefined,
        scopes: undefined,
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
    const findings = references && { references, unmatched: unmatchedOf(this.world, pending) };
    this.world.memory?.tried.restart();
    await holdToPreview(uow, this.world, pending);
    for (const [n, wave] of wavesOf(pending).entries()) {
      // Earlier rows may have made their records.
      const written = n ? await this.scopesOf(uow, wave) : undefined;
      for (const row of wave) {
        if (written) row.scopes = written.get(row.key!) ?? row.scopes;
        this.resolve(row, (t) => !plain(t));
        this.settleCurrencies(row);
      }
      await this.writer.write(uow, wave);
    }
    const scopes = this.world.memory ? await this.scopesOf(uow, pending) : undefined;
    const { counts, results } = this.writer;
    counts.related = this.related.made.length;
    const failed = new Map(
      results.flatMap(({ row, status, reasons }) => (status === 'failed' ? [[row, reasons!] as const] : [])),
    );
    const orphaning = new Set(this.related.orphaning(new Set(failed.keys())));
    return {
      outcome: {
        counts,
        results,
        scopes: scopes ?? new Map(),
        ...(findings && { findings }),
        objects: new Set([this.descriptor.key, ...this.related.objects]),
        related: this.related.made,
        keys: new Map(
          pending.flatMap(({ read, key }) =>
            key === undefined ? [] : read.rows.map(({ row }) => [row, key] as const),
          ),
        ),
      },
      orphaning: new Map(
        this.rows
          .filter(({ row }) => orphaning.has(row))
          .flatMap(({ rows }) => rows.map(({ row }) => [row, failed.get(row)!])),
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
      // Whoever has an ID is there already.
      by !== RECORD_ID_KEY &&
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
    { read, scopes, deferred, isRefused }: Pending,
    which: (target: PlannedTarget) => boolean,
  ): void {
    for (const { row, target, texts, line } of read.references) {
      if (!which(target)) continue;
      const refuse = (why: Reason[]) => read.reasons.push(...why.map((reason) => ({ row, reason })));
      const lookup = this.lookupOf(target);
      const scopeKey = target.field.lookupScope?.field;
      const scope = scopeKey
        ? ((read.values[scopeKey] as string | undefined) ?? scopes?.[scopeKey])
        : undefined;
      const ids: string[] = [];
      for (const text of texts) {
        const found = lookup.resolve(text, scope);
        if (found && 'id' in found) ids.push(found.id);
        else if (found) refuse([ambiguous(target, text, lookup, found.ambiguous)]);
        else if (this.isInFile(target, text)) deferred[target.field.key] = text;
        else if (target.reference!.unknown === 'create' && isRefused) continue;
        else if (target.reference!.unknown !== 'empty')
          refuse(missing(target, text, lookup, this.related.refusal(lookup, text)));
      }
      if (ids.length === 0) continue;
      const value = target.field.traits.isList ? ids : ids[0]!;
      if (target.provenance) read.provenance.createdBy = { kind: 'member', id: ids[0]! };
      else if (line) line.values[target.field.line!.name] = value;
      else read.values[target.field.key] = value;
    }
  }

  /** Finds the record that a row refers to. */
  private match(row: Pending, matches: Map<string, Match[]>): void {
    const { plan } = this.world;
    if (plan.matchBy.length === 0 || row.read.reasons.length) return;
    row.key = this.matching.keyOf(row.read.values);
    if (row.key === undefined) {
      if (plan.mode !== 'create') refuse(row.read, reason('keyEmpty', { fields: matchKeys(plan) }));
      return;
    }
    const found = matches.get(row.key) ?? [];
    if (found.length > 1)
      refuse(
        row.read,
        reason('keyAmbiguous', {
          count: found.length,
          object: plan.object,
          fields: matchKeys(plan),
          ids: found.slice(0, 5).map((m) => m.id),
        }),
      );
    else row.match = found[0];
    if (!found.length && plan.matchBy.includes(RECORD_ID))
      refuse(row.read, reason('idUnknown', { object: plan.object }));
    row.scopes = row.match?.scopes ?? this.world.memory?.scopesOf(row.key);
  }

  /** Reads the scopes of the rows' records as they are now, by match key. @returns undefined if nothing depends on them */
  private async scopesOf(uow: UnitOfWork, rows: Pending[]): Promise<Map<string, Scopes> | undefined> {
    const statement = this.matching.hasScopes
      ? this.matching.statement(rows.filter(({ key }) => key !== undefined).map(({ read }) => read.values))
      : undefined;
    if (!statement) return undefined;
    const matches = this.matching.read(await uow.run(statement));
    return new Map([...matches].map(([key, [match]]) => [key, match!.scopes]));
  }

  /**
   * Asks for the currency that the record's amounts are written in. An existing record keeps its own, which other amounts of
   * it are in too.
   */
  private settleCurrencies({ read, scopes }: Pending): void {
    for (const [key, { row, codes, said, isUnclear }] of read.currencies) {
      const present = scopes?.[key];
      if (present) {
        if (!codes.includes(present))
          read.reasons.push({
            row,
            reason: reason('currencyDiffers', {
              cell: said,
              currency: codes[0]!,
              field: key,
              known: present,
            }),
          });
        continue;
      }
      if (isUnclear) {
        read.reasons.push({
          row,
          reason: reason('currencyUnclear', { cell: said, currencies: codes }),
        });
        continue;
      }
      // Whoever may not set the currency can still import amounts in the one that the record has anyway.
      read.values[key] = codes[0]!;
    }
  }
}

const refuse = ({ row, reasons }: ReadRow, why: Reason) => reasons.push({ row, reason: why });

/** Returns why a reference that matches several records is refused. */
export function ambiguous(
  { columnName: column }: PlannedTarget,
  text: string,
  { descriptor, by }: ReferenceLookup,
  ids: string[],
  count = ids.length,
): Reason {
  const params = { cell: shownText(text), by, count, object: descriptor.key, column };
  if (!ids.length) return reason('referenceAmbiguous', params);
  return reason('referenceAmbiguousIds', { ...params, ids: ids.slice(0, 5) });
}

/** Returns why a reference that matches no record is refused. @param refusal why none could be created */
export function missing(
  { columnName: column }: PlannedTarget,
  text: string,
  { descriptor }: ReferenceLookup,
  refusal: readonly Reason[] = [],
): Reason[] {
  const code = refusal.length ? 'referenceNotCreated' : 'referenceMissing';
  return [reason(code, { cell: shownText(text), object: descriptor.key, column }), ...refusal];
}
