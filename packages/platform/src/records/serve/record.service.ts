import type { IdempotencyRequest } from '../../http/request-headers.js';
import { Inject, Injectable } from '@nestjs/common';
import { repeatOnDeadlock } from '../../db/repeat-on-deadlock.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import { UnitOfWorkFactory } from '../../db/unit-of-work.js';
import {
  earlierAnswer,
  idempotencyLookup,
  keepAnswer,
  mergeRecords,
  previewDeletion,
  RecordWriter,
  type RowOutcome,
  rowProblem,
  type WriteInput,
  type WriteOptions,
  type WriteParticipant,
} from '../write/index.js';
import { RecordAsOf, RecordHistory, RecordTimeline } from '../remember/index.js';
import {
  type ListAnswer,
  type ListRequest,
  type PresentedRecord,
  RecordAggregates,
  RecordLists,
  RecordReader,
} from '../read/index.js';
import { autoNumberParticipant, formulaParticipant, FormulaPlans } from '../compute/index.js';
import { notFound } from '../../errors/index.js';

/** A change of one record. */
export interface RecordPatch {
  id: string;
  changes: Record<string, unknown>;
  ifMatch?: number;
}

/** The facade of the record engine for modules, jobs and controllers. Everything runs as the context's actor. */
@Injectable()
export class RecordService {
  constructor(
    @Inject(RecordReader) readonly reader: RecordReader,
    @Inject(RecordLists) readonly lists: RecordLists,
    @Inject(RecordAggregates) readonly aggregates: RecordAggregates,
    @Inject(RecordWriter) readonly writer: RecordWriter,
    @Inject(RecordHistory) readonly history: RecordHistory,
    @Inject(RecordAsOf) readonly asOf: RecordAsOf,
    @Inject(RecordTimeline) readonly timeline: RecordTimeline,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(FormulaPlans) formulas: FormulaPlans,
  ) {
    this.participate(autoNumberParticipant(units));
    this.participate(formulaParticipant(formulas, reader));
  }

  /** Adds a participant to every write of the objects that it names. */
  participate(participant: WriteParticipant): void {
    this.writer.participants.register(participant);
  }

  /** Returns a page of records. */
  list(object: string, request: ListRequest = {}): Promise<ListAnswer> {
    return this.lists.list(object, request);
  }

  /** Returns one record; see {@link RecordReader.get}. @throws ProblemError 404 */
  get(object: string, id: string, options: { isAddress?: boolean } = {}): Promise<PresentedRecord> {
    return this.reader.get(object, id, options);
  }

  /** Creates records; returns one outcome per row. */
  create(object: string, rows: Record<string, unknown>[], options?: WriteOptions): Promise<RowOutcome[]> {
    return this.writer.write(
      object,
      'create',
      rows.map((values) => ({ values })),
      options,
    );
  }

  /** Updates records; returns one outcome per patch. */
  update(object: string, patches: RecordPatch[], options?: WriteOptions): Promise<RowOutcome[]> {
    return this.writer.write(
      object,
      'update',
      patches.map(({ id, changes, ifMatch }) => ({
        id,
        values: changes,
        ...(ifMatch === undefined ? {} : { ifMatch }),
      })),
      options,
    );
  }

  /** Deletes records (they can be restored); returns one outcome per row. */
  remove(object: string, rows: WriteInput[], options?: WriteOptions): Promise<RowOutcome[]> {
    return this.writer.write(object, 'delete', rows, options);
  }

  /**
   * Returns what deleting the records would do to records that refer to them, for each policy. It uses the same plan as
   * a deletion and shows what the caller sees. Records that the caller may not delete are left out.
   * @throws ProblemError 404 when there is none that they may delete
   */
  async previewDeletion(object: string, ids: string[]) {
    const context = await this.reader.contextFor(object);
    return this.units.run(async (uow) => {
      const plan = this.reader.plan(context.descriptor, []);
      const own = await uow.run<any>(this.reader.byIds(plan, ids, context, 'delete', 'living'));
      const records = own.map((row) => row[0] as string);
      if (!records.length) throw notFound(`This ${context.descriptor.label.toLowerCase()}`);
      return { count: records.length, ...(await previewDeletion(this.reader, context, uow, records)) };
    });
  }

  /**
   * Restores a record's fields to a version, as a new change on the normal write path.
   * @param ifMatch version that the caller looked at; the current one by default
   * @returns the outcome of the write; its errors name each field that the caller may not write
   * @throws ProblemError 404 for a record or version that does not exist
   */
  async restoreVersion(
    object: string,
    id: string,
    version: number,
    options: { ifMatch?: number; idempotency?: IdempotencyRequest } = {},
  ): Promise<RowOutcome[]> {
    const { changes, derived, current } = await this.asOf.changesBackTo(object, id, version);
    const input: WriteInput = {
      id,
      values: changes,
      ifMatch: options.ifMatch ?? current,
      ...(Object.keys(derived).length ? { derived: { by: 'records', values: derived } } : {}),
    };
    return this.writer.write(object, 'update', [input], {
      verb: 'restoredVersion',
      putsBack: true,
      present: true,
      strictVersion: true,
      keepsLineIds: true,
      ...(options.idempotency ? { idempotency: options.idempotency } : {}),
    });
  }

  /**
   * Merges a record into another one of its object; see `mergeRecords`.
   * @throws ProblemError when one of them is missing or the caller may not change it so, or a reference can't follow
   */
  async merge(object: string, from: string, into: string): Promise<void> {
    await this.unit(undefined, async (uow) => {
      await mergeRecords(this, uow, { object, from: [from], into });
      return { status: 200, body: null };
    });
  }

  /** Restores deleted records; returns one outcome per row. */
  restore(object: string, rows: WriteInput[], options?: WriteOptions): Promise<RowOutcome[]> {
    return this.writer.write(object, 'restore', rows, options);
  }

  /** Writes one row and returns the record. @throws ProblemError of the row */
  async one(
    outcomes: Promise<RowOutcome[]>,
    object: string,
  ): Promise<{ record: PresentedRecord; outcome: RowOutcome }> {
    const [outcome] = await outcomes;
    if (outcome!.status === 'failed') throw rowProblem(outcome!);
    return { record: outcome!.record ?? (await this.reader.get(object, outcome!.id!)), outcome: outcome! };
  }

  /**
   * Runs a compound write (a verb over several records) in one transaction. With an Idempotency-Key, the response is
   * stored with the write and returned again to a repeated request. After a deadlock with another transaction it is run
   * again, so it must not affect anything outside of the transaction.
   * @param fn does the work and returns status and body; the body must contain ids rather than record content
   */
  async unit<T>(
    idempotency: IdempotencyRequest | undefined,
    fn: (uow: UnitOfWork) => Promise<{ status: number; body: T }>,
  ): Promise<{ status: number; body: T; replayed: boolean }> {
    return repeatOnDeadlock(() =>
      this.units.run(
        async (uow, rows) => {
          if (idempotency) {
            const earlier = earlierAnswer(idempotency, rows);
            if (earlier)
              return { status: earlier.status, body: (earlier.answer as { body: T }).body, replayed: true };
          }
          const done = await fn(uow);
          if (idempotency) await uow.run(keepAnswer(idempotency, done.status, { body: done.body }));
          return { ...done, replayed: false };
        },
        idempotency ? idempotencyLookup(idempotency) : [],
      ),
    );
  }
}
