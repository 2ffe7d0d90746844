import { Inject, Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import type { TenantSnapshot } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import {
  READ_OBSERVER,
  type ReadObserver,
  RecordAccess,
  RecordRegistry,
  RecordService,
  securityEventStatements,
  visibilityIn,
  type WriteBatch,
  type WriteParticipant,
  type WriteRow,
} from '@pellucid/platform/records';
import { ShownRecordsRepository } from '../shown-records.repository.js';
import { TokenVaultRepository, type VaultEntry, vaultPlace } from './token-vault.repository.js';

const BATCH = 500;

/** Stores what tokens stand for. Takes part in every write of a record with tokenised fields. */
@Injectable()
export class TokenVault implements WriteParticipant, OnModuleInit {
  readonly name = 'token-vault';
  readonly objects = '*';
  readonly phase = 'effects';
  readonly order = 950;
  private readonly tokenised = new WeakMap<TenantSnapshot, Map<string, string[]>>();

  constructor(
    @Inject(TokenVaultRepository) private readonly repository: TokenVaultRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordAccess) private readonly rights: RecordAccess,
    @Inject(ShownRecordsRepository) private readonly shown: ShownRecordsRepository,
    @Optional() @Inject(READ_OBSERVER) private readonly observer?: ReadObserver,
  ) {}

  onModuleInit(): void {
    this.records.participate(this);
  }

  /** Adds new values to the vault, and deletes those of fields that were emptied and of records that were erased. */
  statements(batch: WriteBatch, written: WriteRow[]): Statement[] {
    const object = batch.descriptor.key;
    const { tenantId } = batch.uow;
    if (batch.verb === 'erased')
      return [
        this.repository.forget(
          object,
          written.map((row) => row.id),
          null,
        ),
      ];
    const fields = this.fieldsOf(object, batch.snapshot);
    if (!fields.length || batch.operation === 'delete') return [];
    const entries: VaultEntry[] = [];
    const emptied: Statement[] = [];
    for (const field of fields)
      for (const row of written) {
        const value = row.after[field];
        if (typeof value === 'string' && value !== '') {
          if (batch.operation !== 'update' || row.changed(field))
            entries.push(this.entry(tenantId, object, field, row.id, value));
        } else if (row.before && row.changed(field))
          emptied.push(this.repository.forget(object, [row.id], [field]));
      }
    return entries.length ? [...emptied, this.repository.insert(tenantId, entries)] : emptied;
  }

  /** Adds values of a field to the vault. @returns how many were not in it */
  async fill(
    uow: UnitOfWork,
    object: string,
    field: string,
    values: { recordId: string; value: string }[],
  ): Promise<number> {
    const entries = values.map(({ recordId, value }) =>
      this.entry(uow.tenantId, object, field, recordId, value),
    );
    return (await uow.run(this.repository.insert(uow.tenantId, entries))).length;
  }

  /**
   * Returns what a token stands for, if the caller sees a record with it, at least masked. The access is recorded with
   * its reason.
   * @throws ProblemError 404 for a token that is not (or no longer) in the vault, or belongs only to records and fields
   *   that the caller does not see
   */
  async open(token: string, reason: string): Promise<{ object: string; field: string; value: string }> {
    const entry = await this.inSight(await this.repository.find(token, BATCH));
    if (!entry) throw notFound('What this token stands for');
    const value = this.registry.ring.open(vaultPlace(requireTenant(), entry), entry.sealed);
    await this.records.unit(undefined, async (uow) => {
      await uow.together(
        securityEventStatements([
          {
            verb: 'tokenOpened',
            object: entry.object,
            recordId: entry.recordId,
            changes: { [entry.field]: {}, token: { after: token }, reason: { after: reason } },
          },
        ]),
      );
      return { status: 200, body: null };
    });
    this.observer?.saw({
      object: entry.object,
      recordIds: [entry.recordId],
      clear: [entry.field],
      masked: [],
    });
    return { object: entry.object, field: entry.field, value };
  }

  /** Returns the first of the entries whose field the caller sees in its record. */
  private async inSight(entries: VaultEntry[]): Promise<VaultEntry | undefined> {
    const [first] = entries;
    if (!first) return undefined;
    const { reader } = this.records;
    const context = await reader.contextFor(first.object);
    const plan = reader.readPlan(context, [first.field]);
    const ids = entries.map(({ recordId }) => recordId);
    const { seen } = await this.shown.load(context, plan, ids);
    const access = context.access.decide(first.object, 'read', context.snapshot);
    return entries.find(({ recordId, field }) => {
      const record = seen.get(recordId);
      return record !== undefined && visibilityIn(record, access.rulesFor(record.bits), field) !== 'hidden';
    });
  }

  /** Reseals a batch of entries that do not use the active key. @returns whether there may be more */
  async reseal(uow: UnitOfWork): Promise<boolean> {
    const { ring } = this.registry;
    const keyId = ring.activeKeyId;
    if (keyId === undefined) return false;
    const entries = await this.repository.sealedUnderOthers(uow, keyId, BATCH);
    if (entries.length)
      await this.repository.reseal(
        uow,
        entries.map((entry) => {
          const place = vaultPlace(uow.tenantId, entry);
          return { ...entry, sealed: ring.seal(place, ring.open(place, entry.sealed)) };
        }),
      );
    return entries.length === BATCH;
  }

  private entry(
    tenantId: string,
    object: string,
    field: string,
    recordId: string,
    value: string,
  ): VaultEntry {
    const token = this.rights.masker.token(tenantId, object, field, value);
    const sealed = this.registry.ring.seal(vaultPlace(tenantId, { token, recordId }), value);
    return { token, recordId, object, field, sealed };
  }

  private fieldsOf(object: string, snapshot: TenantSnapshot): string[] {
    let byObject = this.tokenised.get(snapshot);
    if (!byObject) {
      byObject = new Map();
      for (const rule of snapshot.masking.values())
        if (rule.strategy === 'tokenize')
          byObject.set(rule.object, [...(byObject.get(rule.object) ?? []), rule.field]);
      this.tokenised.set(snapshot, byObject);
    }
    return byObject.get(object) ?? [];
  }
}
