import { afterAll, beforeAll, expect, test } from 'vitest';
import { MasterKeys } from '../crypto/index.js';
import { UnitOfWorkFactory } from '../db/index.js';
import { RecordErasure } from '../records/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../records/testing/engine-app.js';
import { type DecryptedEvent, EventDecryptor } from './event-decryptor.js';
import { EVENT_COLUMNS, toFeedEvent } from './feed-event.js';

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

/** Reads the events of records as a consumer does, and decrypts them in one go. */
async function decrypted(recordIds: string[]): Promise<DecryptedEvent[]> {
  const decryptor = new EventDecryptor(engine.app.get(MasterKeys));
  return engine.as(tenant, () =>
    engine.app.get(UnitOfWorkFactory).run(async (uow) => {
      const rows = await uow.run({
        text: `select 1 as position, ${EVENT_COLUMNS} from record_event e
               where e.tenant_id = $1 and e.record_id = any($2::uuid[]) order by e.id`,
        values: [tenant.id, recordIds],
      });
      return decryptor.decrypt(rows.map(toFeedEvent), uow);
    }),
  );
}

const create = async (body: object) =>
  (await engine.call(tenant, 'POST', '/accounts', body)).body.id as string;

test('events show the personal values of each record, and those of an erased one as erased', async () => {
  const kept = await create({ name: 'Kept', email: 'kept@example.com' });
  const gone = await create({ name: 'Gone', email: 'gone@example.com' });
  const plain = await create({ name: 'Plain' });
  const before = await decrypted([kept, gone, plain]);
  expect(before.map(({ changes, erased }) => [changes.name.after, changes.email?.after, erased])).toEqual([
    ['Kept', 'kept@example.com', false],
    ['Gone', 'gone@example.com', false],
    ['Plain', undefined, false],
  ]);

  await engine.as(tenant, () =>
    engine.app.get(RecordErasure).erase('account', gone, 'asked for by the person'),
  );
  const after = await decrypted([kept, gone]);
  expect(after.filter(({ recordId }) => recordId === kept).every(({ erased }) => !erased)).toBe(true);
  const erased = after.filter(({ recordId, object }) => recordId === gone && object === 'account');
  expect(erased.map((event) => [event.verb, event.erased, event.changes.email])).toEqual([
    ['created', true, undefined],
    ['erased', true, undefined],
  ]);
  expect(erased[0]!.changes.name).toEqual({ after: 'Gone' });

  // Written to again, it has a new secret, which opens the later events only.
  await engine.call(tenant, 'PATCH', `/accounts/${gone}`, { email: 'new@example.com' });
  const later = (await decrypted([gone])).filter(({ object }) => object === 'account');
  expect(later.map(({ erased: isErased }) => isErased)).toEqual([true, true, false]);
  expect(later.at(-1)!.changes.email.after).toBe('new@example.com');
});
