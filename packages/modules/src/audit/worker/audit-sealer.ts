import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG } from '@pellucid/platform/config';
import { type MasterKeyConfig, MasterKeys } from '@pellucid/platform/crypto';
import { newContext, runInContext } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { Schedules } from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { ANCHORS, type Anchors } from '../sealing/anchors.js';
import { LEAF_FORMAT } from '../sealing/event-leaf.js';
import { KeptSealKeys } from '../sealing/kept-seal-keys.js';
import { makeSeal, type Seal, type SealKeys } from '../sealing/seal.js';
import { SealsRepository } from '../sealing/seals.repository.js';

const PERIOD_MS = 60_000;
/** Maximum number of events under one seal. */
const SEAL_EVENTS = 5_000;

/** Thrown when continuing to seal would hide that seals are missing. */
export class SealsMissingError extends Error {
  override name = 'SealsMissingError';
}

/**
 * Seals events that were added to the feeds since the last run. It runs apart from writes, so events of the last minute
 * are not sealed yet.
 */
@Injectable()
export class AuditSealer implements OnModuleInit {
  private readonly masterKeys: MasterKeys;
  private keys: SealKeys | undefined;

  constructor(
    @Inject(SealsRepository) private readonly repository: SealsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: Pick<UnitOfWorkFactory, 'run'>,
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'error'>,
    @Inject(CONFIG) config: MasterKeyConfig,
    @Inject(ANCHORS) private readonly anchors: Anchors,
  ) {
    this.masterKeys = MasterKeys.of(config);
  }

  onModuleInit(): void {
    this.schedules.every('seal-audit', { everyMs: PERIOD_MS }, () => this.sealAll());
  }

  /** Seals every tenant with new events. An error in one does not stop the others. */
  async sealAll(): Promise<void> {
    for (const tenantId of await this.repository.tenantsToSeal()) {
      try {
        await this.seal(tenantId);
      } catch (error) {
        this.logger.error({ err: error, tenantId }, 'the audit of a company could not be sealed');
      }
    }
  }

  /**
   * Seals a tenant's feed up to its end.
   * A seal is committed first and anchored by the next step. So every anchored seal was in the database, and one
   * that is missing there was removed. At most one seal waits for its anchor.
   * @param sealEvents maximum number of events under one seal
   * @throws SealsMissingError when the anchor file contains more seals than the database
   */
  async seal(tenantId: string, sealEvents = SEAL_EVENTS): Promise<void> {
    const context = newContext({
      tenantId,
      correlationId: randomUUID(),
      cause: { kind: 'system', id: null },
    });
    await runInContext(context, async () => {
      const keys = await this.sealKeys();
      while (await this.units.run((uow) => this.step(uow, keys, sealEvents)));
    });
  }

  /** Anchors the last seal and creates the next one. @returns whether it created one */
  private async step(uow: UnitOfWork, keys: SealKeys, sealEvents: number): Promise<boolean> {
    const last = await this.repository.lockLast(uow);
    await this.anchor(uow.tenantId, keys, last);
    const events = await this.repository.eventsAfter(uow, last?.toPosition ?? 0, LEAF_FORMAT, sealEvents);
    if (events.length === 0) return false;
    for (const { eventId, columns } of events)
      if (!columns)
        this.logger.error(
          { tenantId: uow.tenantId, eventId },
          'an event of the feed is missing from the log: it was removed before it was sealed',
        );
    await this.repository.insert(uow, makeSeal(keys, uow.tenantId, last, events, new Date()));
    return true;
  }

  /** Returns the keys of seals. The keys of this process's master keys are stored before a seal is made with them. */
  private async sealKeys(): Promise<SealKeys> {
    this.keys ??= await new KeptSealKeys(this.repository.keyStore, this.masterKeys).keep();
    return this.keys;
  }

  private async anchor(tenantId: string, keys: SealKeys, last: Seal | undefined): Promise<void> {
    const anchored = await this.anchors.lastNumber(tenantId);
    const sealed = last?.number ?? 0;
    if (anchored > sealed)
      throw new SealsMissingError(
        `there are ${anchored} anchors, the database ${sealed}: run audit:verify; docs/operations/audit.md says what to do`,
      );
    if (!last || anchored === sealed) return;
    if (!keys.isGenuine(last))
      throw new SealsMissingError(
        `seal ${sealed} is not the one that was made: run audit:verify; docs/operations/audit.md says what to do`,
      );
    if (anchored < sealed - 1)
      this.logger.error(
        { tenantId, anchored, sealed },
        'anchors of audit seals are missing: the data folder or bucket is not the one the workers shared before',
      );
    await this.anchors.append(last);
  }
}
