import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { TransactionWatch, type UnitOfWork } from '@pellucid/platform/db';
import {
  type BatchOutcome,
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
  TransientError,
} from '@pellucid/platform/jobs';
import {
  type FieldDescriptor,
  fieldOf,
  type FilterContext,
  RecordService,
  restoreFieldStatements,
} from '@pellucid/platform/records';
import { TokenVault } from '../../tokens/token-vault.js';
import { type FieldProtection, FieldProtectionRepository } from '../field-protection.repository.js';
import { protectFieldJob } from './protect-field.job.js';

const BATCH = 500;

type Payload = JobPayload<typeof protectFieldJob>;

/** How far a pass over the table is. */
interface Cursor {
  /** The last row that was looked at; null at the start of a pass. */
  lastId: string | null;
  /**
   * Whether this pass starts after the last writer of the old form has ended. Only such a pass can prove that nothing is
   * left.
   */
  isSettled: boolean;
  /** Whether the pass had to rewrite rows. */
  hasChanged: boolean;
}

/**
 * Rewrites the rows of a field in batches. A transaction that began before the rule was known may still write the old
 * form, so the table is scanned until a pass that starts after the last of these finds nothing.
 */
@JobHandler(protectFieldJob)
export class ProtectFieldHandler implements JobHandling<typeof protectFieldJob> {
  constructor(
    @Inject(FieldProtectionRepository) private readonly repository: FieldProtectionRepository,
    @Inject(TokenVault) private readonly vault: TokenVault,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(JobBatches) private readonly batches: JobBatches,
  ) {}

  async handle(payload: Payload, run: JobRun): Promise<void> {
    await this.batches.run<Cursor>(run, {
      start: { lastId: null, isSettled: false, hasChanged: false },
      before: async ({ lastId, isSettled }) => {
        if (isSettled && lastId === null) await this.transactions.waitForRunning(() => run.checkpoint());
      },
      batch: (uow, cursor) => this.batch(uow, cursor, payload),
      after: (outcome) => {
        if ('done' in outcome) this.directory.forget(run.tenantId);
      },
    });
  }

  private async batch(uow: UnitOfWork, cursor: Cursor, payload: Payload): Promise<BatchOutcome<Cursor>> {
    const at = await this.repository.lock(uow, payload);
    if (!at || at.generation !== payload.generation || at.finishedAt !== null) return { done: true };
    const { context, field } = await this.current(at);
    const { lastId, found, changed } = await this.rewrite(uow, at, cursor, context, field);
    const hasChanged = cursor.hasChanged || changed > 0;
    if (found === BATCH) return { next: { ...cursor, lastId, hasChanged } };
    if (!cursor.isSettled || hasChanged)
      return { next: { lastId: null, isSettled: !hasChanged, hasChanged: false } };
    await this.finish(uow, at, context);
    return { done: true };
  }

  /** Returns the description for rewriting rows: one that knows the current direction. */
  private async current(at: FieldProtection): Promise<{ context: FilterContext; field: FieldDescriptor }> {
    for (const isSecond of [false, true]) {
      const context = await this.records.reader.contextFor(at.object);
      const field = fieldOf(context.descriptor, at.field);
      const known = context.snapshot.definitions.get(at.object)?.encryption.get(at.field);
      const isReady = known?.state === at.state && (at.state === 'decrypting' || field?.cipher?.sealsNow);
      if (field?.storage.columns.length && (at.kind === 'tokens' || isReady)) return { context, field };
      if (!isSecond) this.directory.forget(context.snapshot.tenantId);
    }
    throw new TransientError('the field, or the direction its values are on, is not known here yet');
  }

  /** Rewrites the next rows. @returns how many rows were found, and how many of them were not in the wanted form */
  private async rewrite(
    uow: UnitOfWork,
    at: FieldProtection,
    { lastId }: Cursor,
    { descriptor, registry }: FilterContext,
    field: FieldDescriptor,
  ): Promise<{ lastId: string | null; found: number; changed: number }> {
    const isFill = at.kind === 'tokens';
    const wanted = isFill
      ? 'any'
      : at.state === 'decrypting'
        ? 'plain'
        : { keyId: registry.ring.activeKeyId! };
    const plan = this.records.reader.plan(descriptor, isFill ? [field.key] : undefined);
    const records = await this.repository.records(uow, plan, descriptor, field, wanted, lastId, BATCH);
    const found = records.length;
    if (found === 0) return { lastId, found, changed: 0 };
    let changed = found;
    if (isFill)
      changed = await this.vault.fill(
        uow,
        at.object,
        field.key,
        records.map((record) => ({ recordId: record.id, value: record.state[field.key] as string })),
      );
    else await uow.together(restoreFieldStatements(descriptor, field, uow.tenantId, records));
    await this.repository.advance(uow, at, changed);
    return { lastId: records.at(-1)!.id, found, changed };
  }

  private async finish(uow: UnitOfWork, at: FieldProtection, context: FilterContext): Promise<void> {
    const { ring } = context.registry;
    if (at.state === 'decrypting') await this.repository.remove(uow, at);
    else if (at.kind === 'tokens') await this.repository.finish(uow, at, 'tokenized', []);
    else await this.repository.finish(uow, at, 'encrypted', [ring.activeKeyId!]);
    await uow.bumpAccessVersion();
  }
}
