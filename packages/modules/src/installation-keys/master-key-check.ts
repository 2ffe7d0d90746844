import { KeptSealKeys } from '@pellucid/modules/audit';
import { MasterKeys, WrappedKeys, type WrappedPlace } from '@pellucid/platform/crypto';
import type { OperatorClient } from '@pellucid/platform/db';
import { WRAPPED_PLACES } from './wrapped-places.js';

/** Which master keys wrap the secrets of one kind. */
export interface MasterKeyReport {
  kind: string;
  /** Counts by key id; `missing` if the key is not configured, `broken` if the secret was altered. */
  counts: Map<string, number>;
}

/**
 * Finds out which master keys are in use, for operators' commands: the client's log-in must be able to read everything.
 */
export class MasterKeyCheck {
  constructor(
    private readonly client: OperatorClient,
    private readonly keys: MasterKeys,
    private readonly places: WrappedPlace[] = WRAPPED_PLACES,
  ) {}

  /** Counts every wrapped secret by the key that opens it; one report per kind. */
  async reports(): Promise<MasterKeyReport[]> {
    const wrapped = new WrappedKeys(this.client, this.keys);
    const reports: MasterKeyReport[] = [];
    for (const place of this.places) reports.push({ kind: place.kind, counts: await wrapped.count(place) });
    return reports;
  }

  /** Returns ids of keys that seals were made with and that are missing: those seals cannot be checked. */
  sealKeysMissing(): Promise<string[]> {
    return this.sealKeysMissingWith(this.keys);
  }

  /** Returns ids of earlier keys that are no longer needed, neither to open secrets nor to check seals. */
  async droppable(reports: MasterKeyReport[]): Promise<string[]> {
    const [, ...earlier] = this.keys.ids;
    const unused = earlier.filter((id) => reports.every(({ counts }) => !counts.get(id)));
    const needed = this.keys.base64.filter((_, i) => i === 0 || !unused.includes(this.keys.ids[i]!));
    const missing = await this.sealKeysMissing();
    const missingThen = await this.sealKeysMissingWith(new MasterKeys(needed));
    return missingThen.every((id) => missing.includes(id)) ? unused : [];
  }

  private async sealKeysMissingWith(keys: MasterKeys): Promise<string[]> {
    const known = await new KeptSealKeys(this.client, keys).read();
    const { rows } = await this.client.query('select distinct key_id as id from audit_seal');
    return rows.map(({ id }) => id).filter((id) => !known.has(id));
  }
}
