import {
  eventually,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';

let database: TestDatabase;
let api: TestApi;
let company: TestCompany;
let people: TestPeople;
let owners: string[];
const workers: TestProcess[] = [];

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  company = await registerCompany(api);
  people = await TestPeople.of(database, api, company);
  await people.sql(
    `create table account_count (tenant_id uuid not null, owner_id uuid not null, accounts int not null,
       primary key (tenant_id, owner_id));
     select protect_tenant_table('account_count')`,
  );
  const role = await people.role({});
  owners = [
    company.memberId,
    (await people.colleague([role])).memberId,
    (await people.colleague([role])).memberId,
  ];
  await people.settle();
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  await people?.end();
  await api?.close();
  await database?.drop();
});

function start(holdAt = ''): TestProcess {
  const worker = typescriptProcess(new URL('./fixtures/counting-worker.ts', import.meta.url), {
    env: { ...api.environment, HOLD_AT: holdAt },
  });
  workers.push(worker);
  return worker;
}

async function call(method: string, path: string, body?: object): Promise<any> {
  const answer = await api.call(method, path, { token: company.token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

/** Creates accounts, gives some of them to others, and deletes and restores some: about three turns of the consumer. */
async function change(): Promise<void> {
  const made: string[] = [];
  for (let n = 0; n < 9; n++)
    made.push((await call('POST', '/accounts', { name: `Counted ${n}`, owner: owners[n % 3] })).id);
  await call('PATCH', `/accounts/${made[0]}`, { owner: owners[1] });
  await call('PATCH', `/accounts/${made[1]}`, { owner: null });
  await call('PATCH', `/accounts/${made[2]}`, { city: 'Zug' });
  for (const n of [3, 4, 5]) await call('DELETE', `/accounts/${made[n]}`);
  await call('POST', `/accounts/${made[4]}/restore`);
  await call('PATCH', `/accounts/${made[4]}`, { owner: owners[0] });
}

/** What the consumer counted, and what a count of the accounts says. */
async function counts(): Promise<{ rolledUp: object[]; direct: object[] }> {
  const rolledUp = await people.sql(
    `select nullif(owner_id, '00000000-0000-0000-0000-000000000000') as owner, accounts from account_count
      where tenant_id = $1 and accounts <> 0 order by 1`,
    [company.tenantId],
  );
  const direct = await people.sql(
    `select owner_id as owner, count(*)::int as accounts from account
      where tenant_id = $1 and deleted_at is null group by owner_id order by 1`,
    [company.tenantId],
  );
  return { rolledUp: rolledUp.rows, direct: direct.rows };
}

/** Waits until everything that was written is in the feed and the consumer is past it. */
const isCaughtUp = () =>
  eventually(async () => {
    const { rows } = await people.sql(
      `select 1 from feed_head h join consumer_cursor c using (tenant_id)
        where tenant_id = $1 and c.consumer = 'account-counter' and c.position = h.position
          and not exists (select 1 from event_outbox o where o.tenant_id = h.tenant_id)`,
      [company.tenantId],
    );
    return rows.length > 0;
  });

test.each(['before the effect', 'before the commit', 'after the commit'])(
  'a roll-up equals a direct count after kill -9 of the worker %s',
  async (step) => {
    const before = await counts();
    await change();
    const killed = start(step);
    await killed.line(new RegExp(`^held ${step}`));
    await killed.kill();
    const after = await counts();
    // The killed turn left either everything or nothing.
    if (step === 'after the commit') expect(after.rolledUp).not.toEqual(before.rolledUp);
    else expect(after.rolledUp).toEqual(before.rolledUp);
    // Two workers share what is left.
    const others = [start(), start()];
    await change();
    await Promise.all(others.map((worker) => worker.line(/^ready/)));
    await isCaughtUp();
    const { rolledUp, direct } = await counts();
    expect(rolledUp).toEqual(direct);
    expect(direct.length).toBe(4);
    await Promise.all(others.map((worker) => worker.kill()));
  },
);
