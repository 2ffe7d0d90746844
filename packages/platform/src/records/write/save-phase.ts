import { isConnectionError, type Statement } from '../../db/tenant-pool.js';
import { withoutLimits } from '../decide/index.js';
import type { RecordDescriptor, RecordState } from '../describe/index.js';
import { LinkNames, type LoadedRecord, type ReadPlan } from '../read/index.js';
import { constraintProblem } from './constraint-problem.js';
import { eventStatements } from './event-statements.js';
import { keepAnswer } from './idempotency.js';
import type { WriteParticipant } from './participants.js';
import type { WriteRow } from './write-row.js';
import type { WriteAttempt } from './write-attempt.js';
import { RowRefused } from './write-problems.js';
import { recordStatement, sideStatements, versionsOf } from './write-statements.js';

/** Number of rows from which the database already works on some statements while the others are composed. */
const PARTED_ROWS = 50;

/** A record's wrapped key, which encrypts its personal values in the log. */
export interface RecordKey {
  key_id: string;
  wrapped: Buffer;
}

/** Phase 5, statements: writes rows with their links, events and idempotent answer, and reads them back. */
export class SavePhase {
  private readonly records = new Map<string, LoadedRecord>();

  /**
   * @param keys wrapped keys of the records that have one, by record id
   * @param applyEffects writes what else changes along with rows. It is undone with a row that the database refuses.
   */
  constructor(
    private readonly attempt: WriteAttempt,
    private readonly participants: WriteParticipant[],
    private readonly keys: Map<string, RecordKey>,
    private readonly applyEffects: (rows: WriteRow[]) => Promise<void>,
  ) {}

  /**
   * Writes one row with its effects and commits in the round trip of the row.
   * @throws RowRefused when the database refuses the row; the transaction is over then
   */
  async writeAndCommit(row: WriteRow): Promise<void> {
    const { batch } = this.attempt;
    await this.applyEffects([row]);
    try {
      this.note(await batch.uow.commitWith([...this.parts([row])].flat()), [row]);
    } catch (error) {
      const problem = constraintProblem(error, batch.descriptor);
      if (!problem) throw error;
      throw new RowRefused(problem);
    }
  }

  /**
   * Writes rows with their effects in a savepoint. If the database refuses one, each half is tried in turn, so that one
   * bad row affects only itself.
   */
  async write(rows: WriteRow[]): Promise<void> {
    const { batch } = this.attempt;
    batch.uow.runWithNext({ text: 'savepoint records' });
    await this.applyEffects(rows);
    try {
      const answers =
        rows.length < PARTED_ROWS
          ? await batch.uow.together([...this.releasedParts(rows)].flat())
          : await batch.uow.inParts(this.releasedParts(rows));
      this.note(answers.slice(0, -1), rows);
    } catch (error) {
      if (isConnectionError(error)) throw error;
      const problem = constraintProblem(error, batch.descriptor);
      if (!problem) throw error;
      // Also released: a write around this one has a savepoint of the same name.
      await batch.uow.together([
        { text: 'rollback to savepoint records' },
        { text: 'release savepoint records' },
      ]);
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
    if (!this.attempt.options.present || !rows.length || batch.uow.isEnded) return;
    this.note(await batch.uow.together([...this.keptAnswer(rows), ...this.readBack(rows)]), rows);
  }

  /** Reads rows back that have changed once more, if the caller wants the records. */
  async readAgain(rows: WriteRow[]): Promise<void> {
    const plan = this.planFor(rows, true);
    if (!plan || !rows.length) return;
    const { batch, tools, context } = this.attempt;
    const ids = rows.map((r) => r.id);
    const read = await batch.uow.run<any>(
      tools.reader.byIds(plan, ids, withoutLimits(context), 'read', 'any'),
    );
    const records = read.map((row) => plan.load(row));
    const names = this.namesFor(records.map(({ state }) => state));
    names.put(names.statements.length ? await batch.uow.together(names.statements) : [], records);
    for (const record of records) this.records.set(record.id, record);
  }

  /** Returns a record as it is now; undefined if it was not written or the caller does not want it. */
  recordOf(id: string): LoadedRecord | undefined {
    return this.records.get(id);
  }

  private *releasedParts(rows: WriteRow[]): Generator<Statement[]> {
    yield* this.parts(rows);
    yield [{ text: 'release savepoint records' }];
  }

  /** Composes the statements that write rows, those of the rows themselves first. */
  private *parts(rows: WriteRow[]): Generator<Statement[]> {
    const { batch, tools } = this.attempt;
    const versions = versionsOf(batch, rows);
    yield [recordStatement(batch, rows, versions)];
    yield [
      ...sideStatements(batch, rows),
      ...this.participants.flatMap((p) => p.statements?.(batch, rows) ?? []),
    ];
    yield eventStatements(batch, rows, versions, tools.vault, this.keys);
    yield [
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
    const plan = this.planFor(rows);
    if (!plan) return [];
    const { tools, context } = this.attempt;
    const ids = rows.map((r) => r.id);
    return [
      tools.reader.byIds(plan, ids, withoutLimits(context), 'read', 'any'),
      ...this.namesFor(rows.map((row) => row.after)).statements,
    ];
  }

  /**
   * Returns how the rows are read back, by default without lines that are known. Undefined if the caller does not want
   * them: whoever is accepting an invitation has no rights yet.
   */
  private planFor(rows: WriteRow[], withLines = !this.knowsLines(rows)): ReadPlan | undefined {
    const { tools, context, options } = this.attempt;
    if (!options.present) return undefined;
    const view = { context, action: 'read', names: true, seen: true };
    return tools.reader.plan(context.descriptor, undefined, view, withLines);
  }

  /** Whether the rows' lines were read with the records, as the caller sees them, and did not change. */
  private knowsLines(rows: WriteRow[]): boolean {
    const { batch, options } = this.attempt;
    const { lines } = batch.descriptor;
    if (!lines.length || options.asks === 'product') return false;
    return rows.every((row) => row.before !== null && lines.every(({ key }) => !row.changed(key)));
  }

  private namesFor(states: Readonly<RecordState>[]): LinkNames {
    const { context } = this.attempt;
    return new LinkNames(context, states, context.descriptor.fields);
  }

  /** @param answers to statements that end with those of {@link readBack} for the rows */
  private note(answers: any[][], rows: WriteRow[]): void {
    const plan = this.planFor(rows);
    if (!plan) return;
    const names = this.namesFor(rows.map((row) => row.after));
    const [read, ...named] = answers.slice(answers.length - names.statements.length - 1);
    const records = read!.map((row) => plan.load(row));
    if (this.knowsLines(rows)) {
      const before = new Map(rows.map((row) => [row.id, row.before!]));
      for (const record of records)
        takeLines(record, before.get(record.id)!, this.attempt.context.descriptor);
    }
    names.put(named, records);
    for (const record of records) this.records.set(record.id, record);
  }
}

/** Gives a record the lines, with names as the reader sees them, of the same record as it was read before. */
function takeLines(record: LoadedRecord, before: LoadedRecord, { lines }: RecordDescriptor): void {
  for (const { key } of lines) record.state[key] = before.state[key];
  record.lineNames = before.lineNames;
  const ofLines = new Set(lines.flatMap(({ fields }) => fields.map((f) => f.key)));
  const unnamed = (before.unnamed ?? []).filter((key) => ofLines.has(key));
  if (unnamed.length) record.unnamed = [...(record.unnamed ?? []), ...unnamed];
}
