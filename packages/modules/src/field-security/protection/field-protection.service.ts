import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type MaskingStrategy } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { JobQueue } from '@pellucid/platform/jobs';
import {
  ANNOUNCED_MS,
  type IdempotencyRequest,
  RecordRegistry,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';
import { fieldKeysRotated } from '../keys/key-events.js';
import { resealTokensJob } from '../tokens/jobs/reseal-tokens.job.js';
import {
  type FieldProtection,
  FieldProtectionRepository,
  type ProtectionKey,
  type ProtectionState,
} from './field-protection.repository.js';
import { protectFieldJob } from './jobs/protect-field.job.js';

/** Delay before rows are rewritten: by then every replica knows the new rule, with a margin for its clock. */
const REWRITE_AFTER_MS = ANNOUNCED_MS + 500;

/** Starts the work that brings stored values in line with their masking rule, and reports its progress. */
@Injectable()
export class FieldProtectionService {
  constructor(
    @Inject(FieldProtectionRepository) private readonly repository: FieldProtectionRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  /** Returns the installation's keys, and every field that is protected, or being protected or unprotected. */
  async state(): Promise<{
    keys: { active: string | null; configured: string[] };
    fields: FieldProtection[];
  }> {
    const { ring } = this.registry;
    return {
      keys: { active: ring.activeKeyId ?? null, configured: ring.keyIds },
      fields: await this.repository.all(),
    };
  }

  /** Reacts to a changed rule, in the transaction that changes it. */
  async follow(
    uow: UnitOfWork,
    object: string,
    field: string,
    before: MaskingStrategy | null,
    after: MaskingStrategy | null,
  ): Promise<void> {
    if (before === after) return;
    const encryption: ProtectionKey = { object, field, kind: 'encryption' };
    const tokens: ProtectionKey = { object, field, kind: 'tokens' };
    if (after === 'encrypt') await this.start(uow, encryption, 'encrypting');
    else if (before === 'encrypt') await this.start(uow, encryption, 'decrypting');
    if (after === 'tokenize') await this.start(uow, tokens, 'tokenizing');
    // Tokens that were given out keep their meaning.
    else if (before === 'tokenize') await this.repository.remove(uow, tokens);
  }

  /**
   * Reseals everything of the company that does not use the active key: encrypted fields and the token vault.
   * @returns the fields whose rows are processed
   */
  async rotate(idempotency?: IdempotencyRequest): Promise<FieldProtection[]> {
    await this.records.unit(idempotency, async (uow) => {
      await uow.bumpAccessVersion();
      for (const { object, field, kind, state } of await this.repository.all())
        if (state === 'encrypted') await this.start(uow, { object, field, kind }, 'encrypted');
      await this.jobs.enqueue(uow, resealTokensJob, {}, SYSTEM);
      await uow.together(
        securityEventStatements([fieldKeysRotated(uow.tenantId, this.registry.ring.activeKeyId)]),
      );
      return { status: 202, body: null };
    });
    this.directory.forget(requireTenant());
    return (await this.repository.all()).filter((p) => p.kind === 'encryption');
  }

  private async start(uow: UnitOfWork, key: ProtectionKey, state: ProtectionState): Promise<void> {
    const seals = state === 'encrypting' || state === 'encrypted';
    const generation = await this.repository.begin(
      uow,
      key,
      state,
      seals ? (this.registry.ring.activeKeyId ?? null) : null,
    );
    const { id } = await this.jobs.enqueue(
      uow,
      protectFieldJob,
      { ...key, generation },
      { ...SYSTEM, runAt: new Date(Date.now() + REWRITE_AFTER_MS) },
    );
    await this.repository.assign(uow, key, id);
  }
}

/** The product itself works: nobody's rights limit what it rewrites. */
const SYSTEM = { actor: { kind: 'system', id: null }, memberId: null } as const;
