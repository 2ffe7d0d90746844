import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { TransactionWatch, type UnitOfWork } from '@pellucid/platform/db';
import {
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

/** One pass over the table. */
interface Pass {
  /**
   * Whether the pass can prove that nothing is left: it began at the first row, and after the last writer of the old
   * form.
   */
  isComplete: boolean;
  isSettled: boolean;
  /** Whether rows had to be rewritten. */
  hasChanged: boolean;
}

/**
 * Rewrites the rows of a field in batches; rows and checkpoint commit together. A transaction that began before the
 * rule was known may still write the old form, so the table is scanned until a pass that starts after the last of these
 * finds nothing.
 */
@JobHandler(protectFieldJob)
export class ProtectFieldHandler implements JobHandling<typeof protectFieldJob> {
  constructor(
    @Inject(FieldProtectionRepository) private readonly repository: FieldProtectionRepository,
    @Inject(TokenVault) private readonly vault: TokenVault,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
  ) {}

  async handle(payload: Payload, run: JobRun): Promise<void> {
    // Only the checkpoint says how far an earlier attempt got.
    const pass: Pass = { isComplete: false, isSettled: false, hasChanged: false };
    for (;;) {
      run.signal.throwIfAborted();
      const step = await this.step(payload, run, pass);
      if (step === 'ended') return;
      if (step === 'more') continue;
      const isClean = pass.isComplete && !pass.hasChanged;
      if (isClean) await this.transactions.waitForRunning(() => run.checkpoint());
      Object.assign(pass, { isComplete: true, isSettled: isClean, hasChanged: false });
    }
  }

  /** Runs one batch of a pass. @returns `ended` when the work is done or no longer wanted */
  private async step(payload: Payload, run: JobRun, pass: Pass): Promise<'more' | 'through' | 'ended'> {
    const { body } = await this.records.unit(undefined, async (uow) => {
      const answer = (step: 'more' | 'through' | 'ended') => ({ status: 200, body: step });
      await run.guard(uow);
      const at = await this.repository.lock(uow, payload);
      if (!at || at.generation !== payload.generation || at.finishedAt !== null) {
        await run.completeIn(uow);
        return answer('ended');
      }
      const { context, field } = await this.current(at);
      const { found, changed } = await this.rewrite(uow, at, context, field);
      if (changed > 0) pass.hasChanged = true;
      if (found === BATCH) return answer('more');
      if (pass.isComplete && pass.isSettled && !pass.hasChanged) {
        await this.finish(uow, at, context, run);
        return answer('ended');
      }
      await this.repository.advance(uow, payload, null, 0);
      return answer('through');
    });
    if (body === 'ended') this.directory.forget(run.tenantId);
    return body;
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
    { descriptor, registry }: FilterContext,
    field: FieldDescriptor,
  ): Promise<{ found: number; changed: number }> {
    const isFill = at.kind === 'tokens';
    const wanted = isFill
      ? 'any'
      : at.state === 'decrypting'
        ? 'plain'
        : { keyId: registry.ring.activeKeyId! };
    const plan = this.records.reader.plan(descriptor, isFill ? [field.key] : undefined);
    const records = await this.repository.records(uow, plan, descriptor, field, wanted, at.lastId, BATCH);
    const found = records.length;
    if (found === 0) return { found, changed: 0 };
    let changed = found;
    if (isFill)
      changed = await this.vault.fill(
        uow,
        at.object,
        field.key,
        records.map((record) => ({ recordId: record.id, value: record.state[field.key] as string })),
      );
    else await uow.together(restoreFieldStatements(descriptor, field, uow.tenantId, records));
    await this.repository.advance(uow, at, records.at(-1)!.id, changed);
    return { found, changed };
  }

  private async finish(
    uow: UnitOfWork,
    at: FieldProtection,
    context: FilterContext,
    run: JobRun,
  ): Promise<void> {
    const { ring } = context.registry;
    if (at.state === 'decrypting') await this.repository.remove(uow, at);
    else if (at.kind === 'tokens') await this.repository.finish(uow, at, 'tokenized', []);
    else await this.repository.finish(uow, at, 'encrypted', [ring.activeKeyId!]);
    await uow.bumpAccessVersion();
    await run.completeIn(uow);
  }
}
