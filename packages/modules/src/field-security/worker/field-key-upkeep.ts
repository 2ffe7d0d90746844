import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { Schedules } from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { newId, RecordRegistry } from '@pellucid/platform/records';
import { FieldProtectionRepository } from '../protection/field-protection.repository.js';

const HOUR_MS = 3_600_000;

/**
 * Records for each company that rows may be sealed with the currently active key. When that key is missing later, a
 * search by an encrypted field then fails with an error instead of finding nothing.
 */
@Injectable()
export class FieldKeyUpkeep implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(FieldProtectionRepository) private readonly repository: FieldProtectionRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.schedules.every('note-active-field-key', { everyMs: HOUR_MS }, () => this.noteActiveKey());
  }

  onApplicationBootstrap(): void {
    this.noteActiveKey().catch((err) =>
      this.logger.warn({ err }, 'the active field key could not be noted: tried again within the hour'),
    );
  }

  /** Records the active key for companies where it is not recorded yet. */
  async noteActiveKey(): Promise<void> {
    const keyId = this.registry.ring.activeKeyId;
    if (keyId === undefined) return;
    for (const { tenantId, isNoted } of await this.repository.tenantsSealing(keyId)) {
      if (isNoted) continue;
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      await runInContext(context, () =>
        this.units.run(async (uow) => {
          await this.repository.noteKey(uow, keyId);
          await uow.bumpAccessVersion();
        }),
      );
      this.directory.forget(tenantId);
    }
  }
}
