import { randomUUID } from 'node:crypto';
import { PlatformPool } from '@pellucid/platform/db';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExpiredSharesRepository } from './expired-shares.repository.js';
import { ShareExpiry } from './share-expiry.js';

let database: TestDatabase;
let owner: pg.Client;
let platform: PlatformPool;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
});
afterAll(async () => {
  await platform?.end();
  await owner?.end();
  await database?.drop();
});

test('expired shares are removed in every company, and no others', async () => {
  const kept: string[] = [];
  for (const subdomain of ['first', 'second']) {
    const tenant = randomUUID();
    await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [tenant, subdomain]);
    for (const until of [`now() - interval '1 second'`, `now() + interval '1 hour'`, 'null']) {
      const id = randomUUID();
      await owner.query(
        `insert into record_share (tenant_id, id, object, record_id, grantee_kind, grantee_id, access, until)
         values ($1, $2, 'account', $3, 'member', $4, 'read', ${until})`,
        [tenant, id, randomUUID(), randomUUID()],
      );
      if (!until.includes('-')) kept.push(id);
    }
  }
  await new ShareExpiry({ every: () => undefined }, new ExpiredSharesRepository(platform)).run();
  const { rows } = await owner.query('select id from record_share');
  expect(rows.map(({ id }) => id).sort()).toEqual(kept.sort());
});
