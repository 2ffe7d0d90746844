import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { MasterKeys, RecordSecrets } from '../../crypto/index.js';
import { repeatOnDeadlock } from '../../db/repeat-on-deadlock.js';
import { type UnitOfWork, UnitOfWorkFactory } from '../../db/unit-of-work.js';
import { conflict, forbidden } from '../../errors/index.js';
import { FIELD_ACCESS, type FieldAccess, withoutLimits } from '../decide/index.js';
import { RecordReader } from '../read/index.js';
import { assertChainEnds } from './chain-limit.js';
import { checkRows } from './check-phase.js';
import { deleteAlong } from './deletion.js';
import { Cascades } from './cascades.js';
import { gather, type Gathering } from './gather-phase.js';
import { earlierAnswer, idempotencyLookup, type StoredAnswer } from './idempotency.js';
import {
  checkVersions,
  mergeInput,
  refuseFrozen,
  tellForbiddenFromMissing,
  tellMergedReferences,
} from './merge-phase.js';
import { fetchRelated, runEffects, runPhases } from './participant-phases.js';
import { ParticipantRegistry, type WriteBatch, type WriteOperation } from './participants.js';
import { beginAttempt, fillNew, fillTaken } from './prepare-phase.js';
import type { ReferencedRecord } from './reference-check.js';
import { Restoration } from './restoration.js';
import { type RecordKey, SavePhase } from './save-phase.js';
import { treeParticipant } from './tree-fields.js';
import { checkUniqueValues } from './unique-values.js';
import type { WriteAttempt, WriteTools } from './write-attempt.js';
import { RowRefused, rowProblem } from './write-problems.js';
import { DONE, type RowOutcome, type WriteInput, type WriteOptions } from './write-request.js';
import type { WriteRow } from './write-row.js';

/** Maximum number of rows written at once. */
export const BATCH_SIZE = 500;

/** What can't be done to records whose object doesn't offer the operation. */
const OFFERS = { create: 'created', update: 'changed', delete: 'deleted or restored' } as const;

/** The only write path: every change of a record goes through it, in batches. */
@Injectable()
export class RecordWriter {
  readonly participants = new ParticipantRegistry();
  /** Deletions and restorations that affect many other records. */
  readonly cascades: Cascades;
  private readonly tools: WriteTools;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) access: FieldAccess,
    @Inject(CONFIG) config: Config,
  ) {
    const vault = new RecordSecrets(MasterKeys.of(config));
    this.cascades = new Cascades(config.PELLUCID_CASCADE_LIMIT);
    this.tools = { reader, access, directory, vault, participants: this.participants };
    for (const descriptor of reader.registry.product()) {
      const tree = treeParticipant(descriptor);
      if (tree) this.participants.register(tree);
    }
  }

  /**
   * Writes rows of one object. A row that fails does not affect the others, unless `atomic`.
   * @returns one outcome per input, in order
   * @throws ProblemError 403 without the permission; 404 for an object that the tenant has deleted; 422 `chainTooLong` when writes trigger each other without end; with `atomic`, the first row's problem
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
    assertChainEnds();
    const byProduct = options.asks === 'product';
    const context = await (byProduct ? this.reader.contextFor(object) : this.reader.livingContextFor(object));
    if (!byProduct && !this.directory.may(context.snapshot, { object, action: options.action ?? operation }))
      throw forbidden(
        'permissionMissing',
        `Your roles don't let you ${options.action ?? operation} ${context.descriptor.pluralLabel.toLowerCase()}.`,
      );
    const offered = operation === 'restore' ? 'delete' : operation;
    if (!byProduct && !options.offeredByModule && !context.descriptor.operations[offered])
      throw conflict(
        'operationNotOffered',
        `${context.descriptor.pluralLabel} can't be ${OFFERS[offered]}: the object doesn't offer that.`,
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
    const attempt = beginAttempt(this.tools, context, operation, inputs, options);
    const { batch } = attempt;
    fillNew(attempt);
    const gathered = gather(attempt);
    const lookup = options.idempotency && !options.uow ? idempotencyLookup(options.idempotency) : [];
    if (!options.uow) for (const p of gathered.participants) await p.reserve?.(batch);

    const run = async (uow: UnitOfWork, rows: any[][]): Promise<RowOutcome[]> => {
      batch.uow = uow;
      if (lookup.length) {
        const earlier = earlierAnswer(options.idempotency!, rows.splice(0, lookup.length));
        if (earlier) return [replay(earlier.answer)];
      }
      return this.complete(attempt, gathered, rows);
    };
    if (options.uow)
      return run(options.uow, gathered.all.length ? await options.uow.together(gathered.all) : []);
    const outcomes = await this.units.run(run, [...lookup, ...gathered.all]).catch((error) => {
      if (!(error instanceof RowRefused)) throw error;
      const outcome: RowOutcome = { index: 0, status: 'failed', errors: [error.problem] };
      if (options.atomic) throw rowProblem(outcome);
      return [outcome];
    });
    if (batch.descriptor.bumpsAccess) this.directory.forget(context.snapshot.tenantId);
    this.directory.noteObserved();
    return outcomes;
  }

  /** Takes the rows through the phases, with the answers to what was gathered. */
  private async complete(
    attempt: WriteAttempt,
    gathered: Gathering,
    answers: any[][],
  ): Promise<RowOutcome[]> {
    const { batch, context, options, access } = attempt;
    const { operation, rows } = batch;
    const ok = () => rows.filter((r) => r.ok);
    for (const [name, [from, count]] of gathered.byParticipant)
      batch.prefetched.set(name, answers.slice(from, from + count));
    attempt.found = namesIn(gathered, answers);
    fillTaken(attempt);
    mergeInput(attempt, recordsIn(gathered, answers));
    await tellMergedReferences(attempt);
    if (operation !== 'create') {
      if (access.scope || options.within) await tellForbiddenFromMissing(attempt);
      refuseFrozen(attempt);
      await checkVersions(attempt);
    }
    const { participants } = gathered;
    if (ok().length) await fetchRelated(attempt, participants);
    await runPhases(attempt, participants, ['rules', 'derivations', 'checks']);
    if (operation === 'create' || operation === 'update') checkRows(attempt);
    await checkUniqueValues(batch);
    const hands = {
      writer: this,
      reader: this.reader,
      cascades: this.cascades,
      context: options.asks === 'product' ? withoutLimits(context) : context,
    };
    // Referring records are only deleted once nothing else prevents the deletion.
    if (operation === 'delete' && !options.planned)
      await deleteAlong(hands, batch, options.referrers ?? 'refuse');
    if (options.atomic) throwFirst(batch);
    const restoration = operation === 'restore' ? await Restoration.of(hands, batch) : undefined;

    const isUnchanged = (r: WriteRow) =>
      operation === 'update' &&
      !r.touch &&
      ![...batch.descriptor.fields, ...batch.descriptor.lines].some((f) => r.changed(f.key));
    const unchanged = new Set(ok().filter(isUnchanged));
    const writing = ok().filter((r) => !unchanged.has(r));
    const save = new SavePhase(attempt, participants, keysIn(gathered, answers), async (those) => {
      await runEffects(attempt, participants, those);
      await restoration?.defer(those);
    });
    if (writing.length === 1 && rows.length === 1 && !options.uow && !restoration?.isMore)
      await save.writeAndCommit(writing[0]!);
    else if (writing.length) await save.write(writing);
    const written = writing.filter((r) => r.ok);
    if (restoration?.isMore && written.length) {
      const changed = await restoration.complete(new Set(written.map((r) => r.id)));
      await save.readAgain(written.filter((r) => changed.has(r.id)));
    }
    if (options.atomic) throwFirst(batch);
    await save.readUnchanged([...unchanged]);

    return rows.map((row) => {
      if (!row.ok)
        return {
          index: row.index,
          ...(operation === 'create' ? {} : { id: row.id }),
          status: 'failed' as const,
          ...(row.errors.length ? { errors: row.errors } : {}),
          ...(row.failure ? { failure: row.failure } : {}),
        };
      const record = save.recordOf(row.id);
      return {
        index: row.index,
        id: row.id,
        status: unchanged.has(row) ? ('unchanged' as const) : DONE[operation],
        ...(row.cascade ? { cascade: row.cascade } : {}),
        ...(record ? { record: this.reader.presentOne(record, context) } : {}),
      };
    });
  }
}

/** Returns the rows of the records as they are; none if they are new. */
function recordsIn({ current }: Gathering, answers: any[][]): any[][] {
  return current ? current.rows(answers[0]!, answers[1]!) : [];
}

/** Returns the records referred to, by object and id. */
function namesIn({ references }: Gathering, answers: any[][]): Map<string, Map<string, ReferencedRecord>> {
  const found = [...references].map(([object, at]): [string, Map<string, ReferencedRecord>] => [
    object,
    new Map(answers[at]!.map((r) => [r.id, { name: r.name, seen: r.seen }])),
  ]);
  return new Map(found);
}

/** Returns the keys of the records that have one, by record id. */
function keysIn({ secrets }: Gathering, answers: any[][]): Map<string, RecordKey> {
  return new Map(secrets >= 0 ? answers[secrets]!.map((r) => [r.record_id, r]) : []);
}

function throwFirst(batch: WriteBatch): void {
  const bad = batch.rows.find((r) => !r.ok);
  if (bad) throw rowProblem({ errors: bad.errors, ...(bad.failure ? { failure: bad.failure } : {}) });
}

function replay(answer: StoredAnswer): RowOutcome {
  if ('record' in answer) {
    const { record, cascade } = answer;
    return {
      index: 0,
      id: record.id,
      status: 'unchanged',
      replayed: true,
      ...(cascade ? { cascade } : {}),
    };
  }
  return { index: 0, status: 'unchanged', replayed: true };
}
