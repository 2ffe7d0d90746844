import { isConnectionError, type Statement } from '../../db/tenant-pool.js';
import { withoutLimits } from '../decide/index.js';
import { LinkNames, type LoadedRecord, type ReadPlan } from '../read/index.js';
import { constraintProblem } from './constraint-problem.js';
import { eventStatements } from './event-statements.js';
import { keepAnswer } from './idempotency.js';
import type { WriteParticipant } from './participants.js';
import type { WriteRow } from './write-row.js';
import type { WriteAttempt } from './write-attempt.js';
import { RowRefused } from './write-problems.js';
import { recordStatement, sideStatements, versionsOf } from './write-statements.js';

/** A record's wrapped key, which encrypts its personal values in the log. */
export interface RecordKey {
  key_id: string;
  wrapped: Buffer;
}

/** Phase 5, statements: writes rows with their links, events and idempotent answer, and reads them back. */
export class SavePhase {
  /** Only if the caller wants the records back: whoever is accepting an invitation has no rights yet. */
  private readonly plan: ReadPlan | undefined;
  private readonly records = new Map<string, LoadedRecord>();

  /** @param keys wrapped keys of the records that have one, by record id */
  constructor(
    private readonly attempt: WriteAttempt,
    private readonly participants: WriteParticipant[],
    private readonly keys: Map<string, RecordKey>,
  ) {
    const { tools, context, options } = attempt;
    this.plan = options.present
      ? tools.reader.plan(context.descriptor, undefined, { context, action: 'read', names: true, seen: true })
      : undefined;
  }

  /**
   * Writes one row and commits in the same round trip.
   * @throws RowRefused when the database refuses the row; the transaction is over then
   */
  async writeAndCommit(row: WriteRow): Promise<void> {
    const { batch } = this.attempt;
    try {
      this.note(await batch.uow.commitWith(this.statements([row])), [row]);
    } catch (error) {
      const problem = constraintProblem(error, batch.descriptor);
      if (!problem) throw error;
      throw new RowRefused(problem);
    }
  }

  /**
   * Writes rows in a savepoint. If the database refuses one, each half is tried in turn, so that one bad row affects
   * only itself.
   */
  async write(rows: WriteRow[]): Promise<void> {
    const { batch } = this.attempt;
    try {
      const answers = await batch.uow.together([
        { text: 'savepoint records' },
        ...this.statements(rows),
        { text: 'release savepoint records' },
      ]);
      this.note(answers.slice(1, -1), rows);
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
      await this.write(rows.slice(0, middle));
      await this.write(rows.slice(middle));
    }
  }

  /** Reads rows back that did not change, if the caller wants the records. */
  async readUnchanged(rows: WriteRow[]): Promise<void> {
    const { batch } = this.attempt;
    if (!this.plan || !rows.length || batch.uow.isEnded) return;
    this.note(await batch.uow.together([...this.keptAnswer(rows), ...this.readBack(rows)]), rows);
  }

  /** Returns a record as it is now; undefined if it was not written or the caller does not want it. */
  recordOf(id: string): LoadedRecord | undefined {
    return this.records.get(id);
  }

  private statements(rows: WriteRow[]): Statement[] {
    const { batch, tools } = this.attempt;
    const versions = versionsOf(rows);
    return [
      recordStatement(batch, rows, versions),
      ...sideStatements(batch, rows),
      ...this.participants.flatMap((p) => p.statements?.(batch, rows) ?? []),
      ...eventStatements(batch, rows, versions, tools.vault, this.keys),
      ...(batch.descriptor.bumpsAccess
        ? [
            {
              text: 'update tenant set access_version = access_version + 1 where id = $1',
              values: [batch.uow.tenantId],
            },
          ]
        : []),
      ...this.keptAnswer(rows),
      ...this.readBack(rows),
    ];
  }

  /** Keeps the answer for a repeated request with the same Idempotency-Key. */
  private keptAnswer(rows: WriteRow[]): Statement[] {
    const { batch, options } = this.attempt;
    if (!options.idempotency || rows.length !== 1) return [];
    return [
      keepAnswer(options.idempotency, batch.operation === 'create' ? 201 : 200, {
        record: { object: batch.descriptor.key, id: rows[0]!.id },
        ...(rows[0]!.cascade ? { cascade: rows[0]!.cascade } : {}),
      }),
    ];
  }

  /** Reads the rows back, with the names of what they link to: these are known before the records are written. */
  private readBack(rows: WriteRow[]): Statement[] {
    if (!this.plan) return [];
    const { tools, context } = this.attempt;
    const ids = rows.map((r) => r.id);
    return [
      tools.reader.byIds(this.plan, ids, withoutLimits(context), 'read', 'any'),
      ...this.namesFor(rows).statements,
    ];
  }

  private namesFor(rows: WriteRow[]): LinkNames {
    const { context } = this.attempt;
    return new LinkNames(
      context,
      rows.map((row) => row.after),
      context.descriptor.fields,
    );
  }

  /** @param answers to statements that end with those of {@link readBack} for the rows */
  private note(answers: any[][], rows: WriteRow[]): void {
    if (!this.plan) return;
    const names = this.namesFor(rows);
    const [read, ...named] = answers.slice(answers.length - names.statements.length - 1);
    const records = read!.map((row) => this.plan!.load(row));
    names.put(named, records);
    for (const record of records) this.records.set(record.id, record);
  }
}
