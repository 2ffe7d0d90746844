import { type FilterContext } from '../decide/filter-context.js';
import { eventStatements } from './event-statements.js';
import { isUnderSecret } from '../decide/personal-fields.js';
import { emptyOf } from '../describe/field-types.js';
import { Inject, Injectable } from '@nestjs/common';
import { dayAt, formatDay, isBlankText } from '@pellucid/conditions';
import { AccessDirectory } from '../../access/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { currentContext } from '../../context/index.js';
import { MasterKeys, RecordSecrets } from '../../crypto/index.js';
import { isConnectionError, type Statement } from '../../db/tenant-pool.js';
import { type UnitOfWork, UnitOfWorkFactory } from '../../db/unit-of-work.js';
import { type FieldProblem, forbidden, pointer } from '../../errors/index.js';
import { FIELD_ACCESS, type FieldAccess, type ObjectAccess, UNLIMITED } from '../decide/access-policy.js';
import { constraintProblem } from './constraint-problem.js';
import {
  earlierAnswer,
  type IdempotencyRequest,
  idempotencyLookup,
  keepAnswer,
  type StoredAnswer,
} from './idempotency.js';
import type { FieldDescriptor, RecordState } from '../describe/descriptor.js';
import { newId } from '../describe/ids.js';
import {
  ParticipantRegistry,
  type Provenance,
  type WriteBatch,
  type WriteMode,
  type WriteOperation,
  WriteRow,
} from './participants.js';
import { type PresentedRecord } from '../read/presenter.js';
import { QueryParts } from '../decide/query-parts.js';
import type { LoadedRecord } from '../read/read-plan.js';
import { amountProblems, fieldNotWritable, parseFieldValue, parseRecordInput } from './record-input.js';
import { RecordReader } from '../read/record-reader.js';
import { conflictingFields } from './record-merge.js';
import { nameGuard } from '../decide/record-names.js';
import { scopeSql } from '../decide/scope-sql.js';
import { treeParticipant } from './tree-fields.js';
import { deleteAlong } from './deletion.js';
import { bringBack, effectsOf } from './deletion-effects.js';
import type { ReferrerPolicy } from './referrers.js';
import { withoutLimits } from '../decide/unlimited-context.js';
import { RowRefused, repeatOnDeadlock, rowProblem } from './write-problems.js';
import { checkActs, checkFieldsOfNew, checkPolicies, settlePending, settleSight } from './write-rights.js';
import { linkStatements, recordStatement, versionsOf } from './write-statements.js';

/** Maximum number of rows written at once. */
export const BATCH_SIZE = 500;

/** One row to write. */
export interface WriteInput {
  /** Id of the record; required except on create, where the engine assigns one. */
  id?: string;
  /** Values by field key. */
  values?: Record<string, unknown>;
  /** Values that the product derives along with them; they require no right. */
  derived?: RecordState;
  /** Version that the change was made on; the current one by default. */
  ifMatch?: number;
  provenance?: Provenance;
  /** Verb of this row's event, if it differs from the batch's. */
  verb?: string;
  /** Writes the row and an event even if no field changes, because something else does. */
  touch?: boolean;
}

/** How to write. */
export interface WriteOptions {
  /** The transaction to take part in; by default the engine opens and commits its own. */
  uow?: UnitOfWork;
  mode?: WriteMode;
  /** Verb of the event; `created`, `updated`, `deleted` or `restored` by default. */
  verb?: string;
  /** Required permission; the operation's own by default. */
  action?: string;
  /** A second permission whose scope must also contain the records: `bulk`. */
  within?: string;
  /** The product itself writes: read-only fields may be set and no permission is required. */
  system?: boolean;
  /** Written because of somebody's delete or restore: their rights apply, but rules for everyday editing do not. */
  cascaded?: boolean;
  /** For a delete: the effects on other records have already been decided. */
  planned?: boolean;
  /** Throws on the first row that fails, so that nothing is written. */
  atomic?: boolean;
  idempotency?: IdempotencyRequest;
  /** Whether to return the records as they are after the write. */
  present?: boolean;
  /** What to do with records that refer to a deleted one. */
  referrers?: ReferrerPolicy;
  /** Also changes deleted records; for erasure. */
  deletedToo?: boolean;
  /** Refuses a stale version even if the fields could be merged (deletes and verbs). */
  strictVersion?: boolean;
}

/** The outcome of a row. */
export interface RowOutcome {
  index: number;
  id?: string;
  status: 'created' | 'updated' | 'unchanged' | 'deleted' | 'restored' | 'failed';
  errors?: FieldProblem[];
  /** Status and code of a failure that does not concern a field. */
  failure?: { status: number; code: string; detail: string; extras?: Record<string, unknown> };
  record?: PresentedRecord;
  /** Whether an earlier request with the same key had already done it. */
  replayed?: boolean;
}

const DONE = { create: 'created', update: 'updated', delete: 'deleted', restore: 'restored' } as const;

/** The only write path: every change of a record goes through it, in batches. */
@Injectable()
export class RecordWriter {
  readonly participants = new ParticipantRegistry();
  private readonly vault: RecordSecrets;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(CONFIG) config: Config,
  ) {
    this.vault = new RecordSecrets(MasterKeys.of(config));
    for (const descriptor of reader.registry.all()) {
      const tree = treeParticipant(descriptor);
      if (tree) this.participants.register(tree);
    }
  }

  /**
   * Writes rows of one object. A row that fails does not affect the others, unless `atomic`.
   * @returns one outcome per input, in order
   * @throws ProblemError 403 without the permission; with `atomic`, the first row's problem
   */
  write(
    object: string,
    operation: WriteOperation,
    inputs: WriteInput[],
    options: WriteOptions = {},
  ): Promise<RowOutcome[]> {
    // In a transaction that the caller opened, only the caller can repeat it after a deadlock.
    return options.uow
      ? this.attempt(object, operation, inputs, options)
      : repeatOnDeadlock(() => this.attempt(object, operation, inputs, options));
  }

  private async attempt(
    object: string,
    operation: WriteOperation,
    inputs: WriteInput[],
    options: WriteOptions,
  ): Promise<RowOutcome[]> {
    const context = await this.reader.contextFor(object);
    if (
      !options.system &&
      !this.directory.may(context.snapshot, { object, action: options.action ?? operation })
    )
      throw forbidden(
        'permissionMissing',
        `Your roles don't let you ${options.action ?? operation} ${context.descriptor.pluralLabel.toLowerCase()}.`,
      );
    if (inputs.length > BATCH_SIZE) {
      const all: RowOutcome[] = [];
      for (let from = 0; from < inputs.length; from += BATCH_SIZE) {
        const part = await this.write(object, operation, inputs.slice(from, from + BATCH_SIZE), {
          ...options,
          idempotency: undefined,
        });
        all.push(...part.map((o) => ({ ...o, index: o.index + from })));
      }
      return all;
    }
    const batch = this.begin(context, operation, inputs, options);
    const statements = this.prefetchStatements(batch, context, options);
    const lookup = options.idempotency && !options.uow ? idempotencyLookup(options.idempotency) : [];

    const run = async (uow: UnitOfWork, rows: any[][]): Promise<RowOutcome[]> => {
      batch.uow = uow;
      if (lookup.length) {
        const earlier = earlierAnswer(options.idempotency!, rows.splice(0, lookup.length));
        if (earlier) return [replay(earlier.answer)];
      }
      return this.complete(batch, inputs, rows, statements, context, options);
    };
    if (options.uow)
      return run(options.uow, statements.all.length ? await options.uow.together(statements.all) : []);
    const outcomes = await this.units.run(run, [...lookup, ...statements.all]).catch((error) => {
      if (!(error instanceof RowRefused)) throw error;
      const outcome: RowOutcome = { index: 0, status: 'failed', errors: [error.problem] };
      if (options.atomic) throw rowProblem(outcome);
      return [outcome];
    });
    if (batch.descriptor.bumpsAccess) this.directory.forget(context.snapshot.tenantId);
    this.directory.noteObserved();
    return outcomes;
  }

  /** Returns what the actor may do by the write's action; everything when the product itself writes. */
  private accessOf(context: FilterContext, operation: WriteOperation, options: WriteOptions): ObjectAccess {
    return options.system
      ? UNLIMITED
      : this.access.decide(context.descriptor.key, options.action ?? operation, context.snapshot);
  }

  /** Parses the input into rows. */
  private begin(
    context: FilterContext,
    operation: WriteOperation,
    inputs: WriteInput[],
    options: WriteOptions,
  ): WriteBatch {
    const access = this.accessOf(context, operation, options);
    const seen = new Set<string>();
    const rows = inputs.map((input, index) => {
      const parsed =
        operation === 'create' || operation === 'update'
          ? parseRecordInput(
              context.descriptor,
              input.values === undefined ? {} : input.values,
              // No role reaches a new record yet, so all roles that may create it count.
              operation === 'create' ? access.rulesFor(-1) : access.rules,
              options.system ?? false,
            )
          : { values: {}, errors: [], pending: {} };
      const row = new WriteRow(index, input.id ?? newId(), parsed.values);
      row.errors.push(...parsed.errors);
      if (operation === 'create')
        for (const key of Object.keys(parsed.pending))
          row.errors.push(fieldNotWritable(context.descriptor.byKey.get(key)!));
      else row.pending = parsed.pending;
      row.provenance = input.provenance ?? {};
      row.verb = input.verb;
      row.touch = input.touch ?? false;
      row.derived = input.derived ?? {};
      if (seen.has(row.id)) row.fail(409, 'givenTwice', 'The same record appears twice in one request.');
      seen.add(row.id);
      return row;
    });
    return {
      descriptor: context.descriptor,
      operation,
      mode: options.mode ?? 'normal',
      verb: options.verb ?? DONE[operation],
      system: options.system ?? false,
      cascaded: options.cascaded ?? false,
      rows,
      snapshot: context.snapshot,
      now: new Date(),
      uow: undefined as unknown as UnitOfWork,
      prefetched: new Map(),
    };
  }

  /** What must be known before the rules run; sent with BEGIN. */
  private prefetchStatements(batch: WriteBatch, context: FilterContext, options: WriteOptions) {
    const all: Statement[] = [];
    const take = (statement: Statement) => all.push(statement) - 1;
    const { descriptor, operation } = batch;
    const living = batch.rows.filter((r) => r.ok);
    // A role's presets take precedence over the general defaults.
    if (operation === 'create' && batch.mode !== 'undo') this.applyPresets(batch, context, options);
    if (operation === 'create') {
      const defaults = defaultsOf(batch);
      for (const f of descriptor.fields) {
        if (!f.default) continue;
        for (const row of living)
          if (row.given[f.key] === undefined) row.given[f.key] = f.default(defaults) ?? null;
      }
    }
    if (operation === 'create' && descriptor.ownedByCreator && batch.mode !== 'undo') {
      const memberId = currentContext().memberId;
      if (memberId)
        for (const row of living) if (row.given['owner'] === undefined) row.given['owner'] = memberId;
    }
    const ids = living.map((r) => r.id);
    const action = options.action ?? operation;
    const current =
      operation === 'create'
        ? -1
        : take(
            this.reader.byIds(
              this.writePlan(context, operation, options),
              ids,
              options.system ? withoutLimits(context) : context,
              options.within ? [action, options.within] : action,
              operation === 'restore' ? 'deleted' : options.deletedToo ? 'any' : 'living',
              operation === 'delete' ? 'delete' : 'change',
            ),
          );
    const secrets =
      operation !== 'create' &&
      descriptor.fields.some((f) => isUnderSecret(descriptor.key, f, batch.snapshot))
        ? take({
            text: 'select record_id, key_id, wrapped from record_secret where object = $1 and record_id = any($2::uuid[])',
            values: [descriptor.key, ids],
          })
        : -1;
    const references = new Map<string, number>();
    const wanted = new Map<string, Set<string>>();
    for (const f of descriptor.fields) {
      if (!f.references) continue;
      for (const row of living)
        for (const id of referredBy(row, f)) {
          if (!wanted.has(f.references)) wanted.set(f.references, new Set());
          wanted.get(f.references)!.add(id);
        }
    }
    for (const [object, set] of wanted)
      references.set(
        object,
        take({
          ...this.referenceLookup(object, [...set], context, options),
        }),
      );
    const participants = this.participants.of(descriptor.key);
    const byParticipant = new Map<string, [number, number]>();
    for (const p of participants) {
      const own = p.prefetch?.(batch) ?? [];
      if (own.length) {
        byParticipant.set(p.name, [all.length, own.length]);
        all.push(...own);
      }
    }
    return { all, current, secrets, references, byParticipant, participants };
  }

  /**
   * Returns a statement that finds and locks the records that rows refer to, and says which of them the actor may see
   * and name.
   */
  private referenceLookup(
    object: string,
    ids: string[],
    context: FilterContext,
    options: WriteOptions,
  ): Statement {
    const target = context.registry.forTenant(object, context.snapshot);
    const access = options.system ? UNLIMITED : this.access.decide(object, 'read', context.snapshot);
    const parts = new QueryParts([ids]);
    const seen = !access.allowed
      ? 'false'
      : access.scope
        ? scopeSql(access.scope, target, 't', parts, context.clock)
        : 'true';
    const guard = options.system ? undefined : nameGuard(access, target, 't', parts, context);
    const name =
      guard === undefined
        ? 't.display_name'
        : guard === null
          ? 'null::text'
          : `case when ${guard} then t.display_name end`;
    return parts.statement(`select t.id, ${name} as name, ${seen} as seen from ${target.table} t
              where t.id = any($1::uuid[]) and t.deleted_at is null order by t.id for key share of t`);
  }

  /**
   * Returns how rows are read before a write: with the names that the actor may see, since names are composed of them.
   */
  private writePlan(context: FilterContext, operation: WriteOperation, options: WriteOptions) {
    return options.system
      ? this.reader.plan(context.descriptor)
      : this.reader.plan(context.descriptor, undefined, {
          context,
          action: options.action ?? operation,
          names: true,
          seen: true,
        });
  }

  /** Sets what roles preset for new records, and the creator's own legal entity, unless a value is given. */
  private applyPresets(batch: WriteBatch, context: FilterContext, options: WriteOptions): void {
    if (options.system) return;
    const access = this.accessOf(context, 'create', options);
    const [entity] = this.directory.subject(context.snapshot).legalEntityIds;
    const { descriptor } = batch;
    for (const row of batch.rows) {
      if (!row.ok) continue;
      for (const { grant } of access.branches)
        for (const [key, value] of Object.entries(grant.permission.preset ?? {})) {
          const f = descriptor.byKey.get(key);
          if (!f || f.readOnly || row.given[key] !== undefined) continue;
          const parsed = parseFieldValue(f, value);
          if ('problem' in parsed) row.errors.push(parsed.problem);
          else row.given[key] = parsed.value;
        }
      if (entity && descriptor.ownedByCreator && descriptor.byKey.has('legalEntity'))
        row.given['legalEntity'] ??= row.given['legalEntity'] === undefined ? entity : null;
    }
  }

  private async complete(
    batch: WriteBatch,
    inputs: WriteInput[],
    loaded: any[][],
    statements: ReturnType<RecordWriter['prefetchStatements']>,
    context: FilterContext,
    options: WriteOptions,
  ): Promise<RowOutcome[]> {
    for (const [name, [from, count]] of statements.byParticipant)
      batch.prefetched.set(name, loaded.slice(from, from + count));
    const names = new Map<string, Map<string, ReferencedRecord>>();
    for (const [object, at] of statements.references)
      names.set(object, new Map(loaded[at]!.map((r) => [r.id, { name: r.name, seen: r.seen }])));
    const access = this.accessOf(context, batch.operation, options);
    const current = statements.current >= 0 ? loaded[statements.current]! : [];
    this.merge(batch, current, names, context, options);
    if (batch.operation !== 'create' && (access.scope || options.within))
      await this.tellForbiddenFromMissing(batch, context, options);
    if (batch.operation !== 'create') await this.checkVersions(batch, inputs, options);
    if (batch.rows.some((r) => r.ok)) for (const p of statements.participants) await p.beforeSave?.(batch);
    const hands = {
      writer: this,
      reader: this.reader,
      context: options.system ? withoutLimits(context) : context,
    };
    // Referring records are only deleted once nothing else prevents the deletion.
    if (batch.operation === 'delete' && !options.planned)
      await deleteAlong(hands, batch, options.referrers ?? 'refuse');
    const restored = batch.rows.filter((r) => r.ok).map((r) => r.id);
    const effects =
      batch.operation === 'restore' && restored.length
        ? await batch.uow.run<any>(effectsOf(batch.descriptor.key, restored))
        : [];
    if (batch.operation === 'create' || batch.operation === 'update') {
      this.checkValues(batch);
      if (!options.system) {
        if (batch.operation === 'create') checkFieldsOfNew(this.access, batch, inputs, access);
        checkPolicies(this.access, batch, access, options.action);
        if (!options.cascaded) checkActs(this.access, batch, options.action);
      }
    }
    if (options.atomic) throwFirst(batch);

    const candidates = batch.rows.filter((r) => r.ok);
    const unchanged = new Set(
      batch.operation === 'update'
        ? candidates.filter((r) => !r.touch && !batch.descriptor.fields.some((f) => r.changed(f.key)))
        : [],
    );
    const writing = candidates.filter((r) => !unchanged.has(r));
    const secrets = new Map<string, { key_id: string; wrapped: Buffer }>(
      statements.secrets >= 0 ? loaded[statements.secrets]!.map((r) => [r.record_id, r]) : [],
    );
    const records = new Map<string, LoadedRecord>();
    // Only if the caller wants the record back: whoever is accepting an invitation has no rights yet.
    const plan = options.present
      ? this.reader.plan(context.descriptor, undefined, { context, action: 'read', names: true, seen: true })
      : undefined;
    const readBack = plan
      ? (rows: WriteRow[]) => [
          this.reader.byIds(
            plan,
            rows.map((r) => r.id),
            withoutLimits(context),
            'read',
            'any',
          ),
        ]
      : () => [];
    const keep = (rows: WriteRow[]) =>
      options.idempotency && rows.length === 1
        ? [
            keepAnswer(options.idempotency, batch.operation === 'create' ? 201 : 200, {
              record: { object: batch.descriptor.key, id: rows[0]!.id },
            }),
          ]
        : [];
    const build = (rows: WriteRow[]): Statement[] => {
      const versions = versionsOf(rows);
      return [
        recordStatement(batch, rows, versions),
        ...linkStatements(batch, rows),
        ...statements.participants.flatMap((p) => p.statements?.(batch, rows) ?? []),
        ...eventStatements(batch, rows, versions, this.vault, secrets),
        ...(batch.descriptor.bumpsAccess
          ? [
              {
                text: 'update tenant set access_version = access_version + 1 where id = $1',
                values: [batch.uow.tenantId],
              },
            ]
          : []),
        ...keep(rows),
        ...readBack(rows),
      ];
    };
    const note = (rows: any[][]) => {
      if (plan) for (const row of rows.at(-1)!) records.set(row[0], plan.load(row));
    };
    if (writing.length === 1 && batch.rows.length === 1 && !options.uow && !effects.length) {
      try {
        note(await batch.uow.commitWith(build(writing)));
      } catch (error) {
        const problem = constraintProblem(error, batch.descriptor);
        if (!problem) throw error;
        throw new RowRefused(problem);
      }
    } else if (writing.length) await this.flush(batch, writing, build, note, options);
    if (effects.length && batch.rows.some((r) => r.ok))
      await bringBack(
        hands,
        batch,
        batch.rows.filter((r) => r.ok).map((r) => r.id),
        effects.filter((e) => batch.rows.some((r) => r.ok && r.id === e.rootId)),
      );
    if (options.atomic) throwFirst(batch);
    if (options.present && unchanged.size && !batch.uow.isEnded) {
      const rows = await batch.uow.together([...keep([...unchanged]), ...readBack([...unchanged])]);
      note(rows);
    }

    return batch.rows.map((row) => {
      if (!row.ok)
        return {
          index: row.index,
          ...(batch.operation === 'create' ? {} : { id: row.id }),
          status: 'failed' as const,
          ...(row.errors.length ? { errors: row.errors } : {}),
          ...(row.failure ? { failure: row.failure } : {}),
        };
      const record = records.get(row.id);
      return {
        index: row.index,
        id: row.id,
        status: unchanged.has(row) ? ('unchanged' as const) : DONE[batch.operation],
        ...(record ? { record: this.reader.presentOne(record, context) } : {}),
      };
    });
  }

  /** Merges the given values into the record; refuses missing records and references. */
  private merge(
    batch: WriteBatch,
    current: any[][],
    names: Map<string, Map<string, ReferencedRecord>>,
    context: FilterContext,
    options: WriteOptions,
  ): void {
    const plan = this.writePlan(context, batch.operation, options);
    const access = this.accessOf(context, batch.operation, options);
    const before = new Map(current.map((row) => [row[0] as string, row]));
    for (const row of batch.rows) {
      if (!row.ok) continue;
      if (batch.operation !== 'create') {
        const found = before.get(row.id);
        if (!found) {
          row.fail(
            404,
            'notFound',
            `This ${batch.descriptor.label.toLowerCase()} was not found. It may have been deleted.`,
          );
          continue;
        }
        row.before = plan.load(found);
        row.names = { ...row.before.names };
        settlePending(this.access, batch, row, access.rulesFor(row.before.bits));
      }
      row.after = { ...row.before?.state, ...row.given, ...row.derived };
      for (const f of batch.descriptor.fields) {
        if (row.after[f.key] === undefined) row.after[f.key] = emptyOf(f);
        if (!f.references || row.given[f.key] === undefined) continue;
        for (const id of [row.given[f.key] ?? []].flat() as string[]) {
          let target = names.get(f.references)?.get(id);
          // Defaults and presets may refer to records that the creator may not see.
          if (target && !row.chosen.has(f.key)) target = { ...target, seen: true };
          if (!target?.seen && row.before && [row.before.state[f.key] ?? []].flat().includes(id)) {
            if (target && f.type === 'reference') row.names[f.key] = target.name ?? undefined;
          } else if (!target?.seen) {
            row.refuse(
              f.key,
              'referenceMissing',
              `"${f.label}": this record doesn't exist. It may have been deleted.`,
            );
          } else if (f.type === 'reference') row.names[f.key] = target.name ?? undefined;
        }
        if (f.type === 'reference' && row.given[f.key] === null) delete row.names[f.key];
      }
      if (!options.system) settleSight(this.access, batch, row);
    }
  }

  /** A record that the actor may see but not change is refused as forbidden; any other counts as missing. */
  private async tellForbiddenFromMissing(
    batch: WriteBatch,
    context: FilterContext,
    options: WriteOptions,
  ): Promise<void> {
    const missing = batch.rows.filter((r) => r.failure?.code === 'notFound');
    if (!missing.length) return;
    const [rows] = await batch.uow.together([
      this.reader.byIds(
        this.reader.plan(batch.descriptor, []),
        missing.map((r) => r.id),
        context,
        'read',
        batch.operation === 'restore' ? 'deleted' : 'living',
      ),
    ]);
    const visible = new Set(rows!.map((row) => row[0]));
    for (const row of missing)
      if (visible.has(row.id)) {
        row.failure = null;
        row.fail(
          403,
          'outOfScope',
          `Your roles let you view this ${batch.descriptor.label.toLowerCase()} but not ${options.action ?? batch.operation} it${options.within ? ` in ${options.within}` : ''}.`,
        );
      }
  }

  /** Stale versions: merged if both sides changed different fields, else 412. */
  private async checkVersions(batch: WriteBatch, inputs: WriteInput[], options: WriteOptions): Promise<void> {
    const stale = batch.rows.filter((row) => {
      const wanted = inputs[row.index]!.ifMatch;
      return row.ok && wanted !== undefined && row.before && wanted !== row.before.version;
    });
    for (const row of stale) {
      const since = inputs[row.index]!.ifMatch!;
      const detail = 'Someone else changed this record. Check the current values and try again.';
      if (since > row.before!.version || batch.operation !== 'update' || options.strictVersion) {
        row.fail(412, 'versionStale', detail, {
          current: { version: row.before!.version },
          yours: { version: since },
          original: null,
        });
        continue;
      }
      const clash = await conflictingFields(batch, row, since, this.access, this.reader.registry, this.vault);
      if (clash) row.fail(412, 'versionStale', detail, { ...clash });
    }
  }

  private checkValues(batch: WriteBatch): void {
    for (const row of batch.rows) {
      if (!row.ok) continue;
      for (const f of batch.descriptor.fields) {
        if (!f.required || f.readOnly) continue;
        const value = row.after[f.key];
        const blank =
          value === null || value === undefined || (typeof value === 'string' && isBlankText(value));
        if (blank && (batch.operation === 'create' || row.changed(f.key)))
          row.errors.push({
            pointer: pointer(f.key),
            code: 'required',
            message: `"${f.label}" is required.`,
          });
      }
      row.errors.push(
        ...amountProblems(
          batch.descriptor,
          row.after,
          (key) => row.before === null || row.changed(key),
          batch.snapshot.settings.baseCurrency,
        ),
      );
    }
  }

  /**
   * Writes rows in a savepoint. If the database refuses one, each half is tried in turn, so that one bad row affects
   * only itself.
   */
  private async flush(
    batch: WriteBatch,
    rows: WriteRow[],
    build: (rows: WriteRow[]) => Statement[],
    note: (rows: any[][]) => void,
    options: WriteOptions,
  ): Promise<void> {
    try {
      const results = await batch.uow.together([
        { text: 'savepoint records' },
        ...build(rows),
        { text: 'release savepoint records' },
      ]);
      note(results.slice(1, -1));
    } catch (error) {
      if (isConnectionError(error)) throw error;
      const problem = constraintProblem(error, batch.descriptor);
      if (!problem) throw error;
      await batch.uow.run({ text: 'rollback to savepoint records' });
      if (rows.length === 1) {
        rows[0]!.errors.push(problem);
        return;
      }
      const middle = rows.length >> 1;
      await this.flush(batch, rows.slice(0, middle), build, note, options);
      await this.flush(batch, rows.slice(middle), build, note, options);
    }
  }
}

function throwFirst(batch: WriteBatch): void {
  const bad = batch.rows.find((r) => !r.ok);
  if (bad) throw rowProblem({ errors: bad.errors, ...(bad.failure ? { failure: bad.failure } : {}) });
}

function replay(answer: StoredAnswer): RowOutcome {
  if ('record' in answer) return { index: 0, id: answer.record.id, status: 'unchanged', replayed: true };
  return { index: 0, status: 'unchanged', replayed: true };
}

/** A record that a row refers to. */
interface ReferencedRecord {
  /** Null if the actor may not see its name. */
  name: string | null;
  /** Whether the actor may see it. */
  seen: boolean;
}

/** Returns the ids that a row refers to by a field, even if it is not yet decided whether they may be written. */
function referredBy(row: WriteRow, f: FieldDescriptor): string[] {
  const parsed = f.key in row.pending ? parseFieldValue(f, row.pending[f.key]) : { value: row.given[f.key] };
  return 'value' in parsed ? ([parsed.value ?? []].flat() as string[]) : [];
}

function defaultsOf(batch: WriteBatch) {
  const { settings } = batch.snapshot;
  return {
    memberId: currentContext().memberId,
    baseCurrency: settings.baseCurrency,
    today: formatDay(dayAt(batch.now.getTime(), settings.zone)),
  };
}
