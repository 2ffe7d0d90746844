import { type FieldKeyRing, keyIdOf } from '@pellucid/platform/crypto';
import { ProblemError } from '@pellucid/platform/errors';
import { fieldOf, type RecordDescriptor, withCustomFields } from '@pellucid/platform/records';
import { vaultPlace } from '../tokens/token-vault.repository.js';
import type { SealedRow, StoredValues } from './stored-values.repository.js';

/** A value that no configured key opens. */
export interface LostValue {
  recordId: string;
  /** Set for values of the token vault. */
  token?: string;
  keyId: string;
  /** `missing`: its key is not configured; `broken`: the key with that id does not open it. */
  because: 'missing' | 'broken';
}

/** The findings for one field, or for the token vault, of a company. */
export interface KeyReport {
  tenantId: string;
  tenantName: string;
  object: string;
  field: string;
  state: string;
  /** Number of sealed values by key id. */
  sealed: Map<string, number>;
  /** Number of values that are not sealed although they should be. */
  plain: number;
  lost: LostValue[];
}

/** Opens every sealed value of all companies with the configured keys. */
export class KeyCheck {
  private readonly descriptors: Map<string, RecordDescriptor>;

  constructor(
    private readonly store: StoredValues,
    private readonly ring: FieldKeyRing,
    descriptors: RecordDescriptor[],
  ) {
    this.descriptors = new Map(descriptors.map((d) => [d.key, d]));
  }

  /** Yields one report per encrypted field and token vault. */
  async *check(): AsyncGenerator<KeyReport> {
    for (const tenant of await this.store.tenants()) {
      for (const { object, field, state } of await this.store.fields(tenant.id)) {
        const described = this.descriptors.get(object) ?? (await this.store.customObject(tenant.id, object));
        if (!described) continue;
        const descriptor = withCustomFields(described, await this.store.customFields(tenant.id, object));
        const f = fieldOf(descriptor, field) ?? descriptor.former.get(field);
        if (!f?.storage.columns.length) continue;
        const lines = descriptor.lines.find(({ key }) => key === f.line?.collection);
        const { table } = lines ?? descriptor;
        const source = lines?.table ?? descriptor.source;
        const value = f.storage.value('t');
        const report = reportOf(tenant, object, field, state);
        for await (const row of this.store.sealed(tenant.id, source, value))
          this.note(report, row, {
            tenantId: tenant.id,
            table,
            rowId: row.id,
            field,
          });
        if (state === 'encrypted') report.plain = await this.store.plain(tenant.id, source, value);
        yield report;
      }
      const vaults = new Map<string, KeyReport>();
      for await (const row of this.store.vault(tenant.id)) {
        const name = `${row.object}.${row.field}`;
        const report = vaults.get(name) ?? reportOf(tenant, row.object, row.field, 'tokens');
        vaults.set(name, report);
        this.note(report, row, vaultPlace(tenant.id, { token: row.token, recordId: row.id }));
      }
      yield* vaults.values();
    }
  }

  private note(report: KeyReport, row: SealedRow, place: Parameters<FieldKeyRing['open']>[0]): void {
    const keyId = keyIdOf(row.stored) ?? '?';
    report.sealed.set(keyId, (report.sealed.get(keyId) ?? 0) + 1);
    try {
      this.ring.open(place, row.stored);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const because = error.code === 'fieldKeyMissing' ? 'missing' : 'broken';
      report.lost.push({ recordId: row.id, keyId, because, ...(row.token ? { token: row.token } : {}) });
    }
  }
}

function reportOf(
  tenant: { id: string; name: string },
  object: string,
  field: string,
  state: string,
): KeyReport {
  return {
    tenantId: tenant.id,
    tenantName: tenant.name,
    object,
    field,
    state,
    sealed: new Map(),
    plain: 0,
    lost: [],
  };
}
