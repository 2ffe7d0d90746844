import { averageTenant } from '../db/average-tenant.js';
import { type MasterKeys, RecordSecrets } from '../crypto/index.js';
import type { UnitOfWork } from '../db/index.js';
import type { FeedEvent } from './feed-event.js';

/** An event with its personal values. */
export interface DecryptedEvent extends FeedEvent {
  /** Its personal values were erased and are missing in `changes`. */
  erased: boolean;
}

/** Decrypts the personal values of events with the secrets of their records. */
export class EventDecryptor {
  private readonly secrets: RecordSecrets;

  constructor(masterKeys: MasterKeys) {
    this.secrets = new RecordSecrets(masterKeys);
  }

  /**
   * Returns the events of the unit of work's tenant with complete changes. At most one round trip.
   * @throws ProblemError 503 when the master key of a secret is missing
   */
  async decrypt(events: FeedEvent[], uow: UnitOfWork): Promise<DecryptedEvent[]> {
    const keys = await this.keysOf(
      events.filter(({ personal }) => personal),
      uow,
    );
    return events.map((event) => ({ ...event, ...this.secrets.openChanges(keys.get(keyOf(event)), event) }));
  }

  private async keysOf(events: FeedEvent[], uow: UnitOfWork): Promise<Map<string, Buffer>> {
    if (events.length === 0) return new Map();
    const rows = await uow.run({
      text: `select object, record_id as "recordId", key_id as "keyId", wrapped from record_secret
             where tenant_id = ${averageTenant('$1')} and (object, record_id) in (select * from unnest($2::text[], $3::uuid[]))`,
      values: [uow.tenantId, events.map(({ object }) => object), events.map(({ recordId }) => recordId)],
    });
    return new Map(
      rows.map((row: any) => [keyOf(row), this.secrets.unwrap(uow.tenantId, row.object, row.recordId, row)]),
    );
  }
}

const keyOf = ({ object, recordId }: { object: string; recordId: string }) => `${object}/${recordId}`;
