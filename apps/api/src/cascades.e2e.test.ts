import { eventually, holdWrites } from '@pellucid/platform/testing';
import { newContext, runInContext } from '@pellucid/platform/context';
import { RecordService } from '@pellucid/platform/records';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WorkerStage } from './testing/worker-stage.js';

/** Number of other records that a transaction may change. */
const LIMIT = 5;

let stage: WorkerStage;

beforeAll(async () => {
  stage = await WorkerStage.open({ PELLUCID_CASCADE_LIMIT: String(LIMIT) });
});
afterEach(async () => {
  await stage.killWorkers();
  // Another worker would wait until the dead worker's lease runs out. The next test doesn't wait.
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
});
afterAll(async () => {
  await stage?.close();
});

const call: WorkerStage['call'] = (...request) => stage.call(...request);
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const times = <T>(n: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));
const ended = (id: string) =>
  eventually(async () => {
    const { body } = await call('GET', `/bulk-jobs/${id}`);
    return ['completed', 'failed', 'cancelled'].includes(body.status) ? body : null;
  });
const statuses = async (path: string, records: { id: string }[]) => [
  ...new Set(await Promise.all(records.map(async ({ id }) => (await call('GET', `${path}/${id}`)).status))),
];
const events = async (records: { id: string }[], verb: string) =>
  (
    await stage.owner.query(
      `select record_id as id, count(*)::int as n from record_event where verb = $2 and record_id = any($1) group by 1`,
      [records.map(({ id }) => id), verb],
    )
  ).rows.map(({ n }) => n);

/** An account with contacts, each of whom has a deal and is known to nobody else. */
async function crowd(size: number) {
  const account = await made('/accounts', { name: `Crowd ${crypto.randomUUID()}` });
  const contacts = await times(size, (i) =>
    made('/contacts', { lastName: `Member ${i}`, account: account.id }),
  );
  const deals = await times(size, (i) =>
    made('/opportunities', { name: `Deal ${i}`, contact: contacts[i].id }),
  );
  return { account, contacts, deals };
}

test('a large deletion is a job; killed in the middle it deletes every record once, and is restored as a whole', async () => {
  const { account, contacts, deals } = await crowd(4);
  const remove = () =>
    stage.api.call('DELETE', `/accounts/${account.id}?referrers=delete`, {
      token: stage.company.token,
      headers: { 'idempotency-key': account.id },
    });
  const taken = await remove();
  expect(taken).toMatchObject({ status: 202, body: { status: 'queued', total: 8 } });
  expect((await remove()).body).toEqual(taken.body);
  // The record is gone at once, so nobody can link to it any more; the others follow.
  expect(await statuses('/accounts', [account])).toEqual([404]);
  expect(await statuses('/contacts', contacts)).toEqual([200]);
  const late = await call('POST', '/contacts', { lastName: 'Late', account: account.id });
  expect(late.status).toBe(422);

  const held = await holdWrites(stage.database, 'opportunity', 2);
  const first = stage.startWorker();
  await held.reached();
  await first.kill();
  await held.release();
  expect(await statuses('/contacts', contacts)).toEqual([404]);
  expect(await statuses('/opportunities', deals)).toEqual([200]);
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  stage.startWorker();
  expect(await ended(taken.body.id)).toMatchObject({
    status: 'completed',
    action: 'delete',
    total: 8,
    counts: { deleted: 8 },
  });
  expect(await statuses('/opportunities', deals)).toEqual([404]);
  expect(await events([...contacts, ...deals], 'deleted')).toEqual(Array(8).fill(1));

  const restored = await call('POST', `/accounts/${account.id}/restore`);
  expect(restored).toMatchObject({ status: 202, body: { id: account.id } });
  const job = String(restored.headers['location']).split('/').at(-1)!;
  expect(await ended(job)).toMatchObject({ status: 'completed', action: 'restore', counts: { restored: 8 } });
  expect(await statuses('/contacts', contacts)).toEqual([200]);
  expect(await statuses('/opportunities', deals)).toEqual([200]);
  expect((await call('GET', `/contacts/${contacts[0].id}`)).body.accounts).toMatchObject([
    { id: account.id },
  ]);
});

test('a bulk job names the job that changes what its rows affect', async () => {
  const { account, contacts, deals } = await crowd(3);
  // IDs of nothing make it a job.
  const ids = [account.id, ...Array.from({ length: 500 }, () => crypto.randomUUID())];
  const bulk = await call('POST', '/accounts/bulk', { action: 'delete', ids, referrers: 'delete' });
  expect(bulk.status).toBe(202);
  stage.startWorker();
  const { cascades, counts } = await ended(bulk.body.id);
  expect({ counts, cascades }).toEqual({
    counts: { deleted: 1, failed: 500 },
    cascades: [expect.any(String)],
  });
  expect(await ended(cascades[0])).toMatchObject({
    status: 'completed',
    counts: { deleted: 6 },
    cascades: [],
  });
  expect(await statuses('/contacts', contacts)).toEqual([404]);
  expect(await statuses('/opportunities', deals)).toEqual([404]);
});

test('up to the limit, a deletion takes the others along at once', async () => {
  const { account, contacts } = await crowd(2);
  expect((await call('DELETE', `/accounts/${account.id}?referrers=delete`)).status).toBe(204);
  expect(await statuses('/contacts', contacts)).toEqual([404]);
});

test('a record that is restored before the job reaches the others keeps them', async () => {
  const { account, contacts, deals } = await crowd(4);
  const taken = await call('DELETE', `/accounts/${account.id}?referrers=delete`);
  expect((await call('POST', `/accounts/${account.id}/restore`)).status).toBe(200);
  stage.startWorker();
  expect(await ended(taken.body.id)).toMatchObject({ status: 'completed', total: 0, counts: {} });
  expect(await statuses('/contacts', contacts)).toEqual([200]);
  expect(await statuses('/opportunities', deals)).toEqual([200]);
});

test('a record that is restored by itself in the middle keeps what links to it', async () => {
  const { account, contacts, deals } = await crowd(4);
  const taken = await call('DELETE', `/accounts/${account.id}?referrers=delete`);
  const held = await holdWrites(stage.database, 'opportunity', 2);
  const first = stage.startWorker();
  await held.reached();
  await first.kill();
  await held.release();
  expect(await statuses('/contacts', contacts)).toEqual([404]);
  expect((await call('POST', `/contacts/${contacts[0].id}/restore`)).status).toBe(200);
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  stage.startWorker();
  expect(await ended(taken.body.id)).toMatchObject({ status: 'completed', counts: { deleted: 7 } });
  expect((await call('GET', `/opportunities/${deals[0].id}`)).body).toMatchObject({
    contact: { id: contacts[0].id },
  });
  expect(await statuses('/opportunities', deals.slice(1))).toEqual([404]);
});

test('a job does nothing for a record that was restored and then deleted in another way', async () => {
  const { account, contacts, deals } = await crowd(LIMIT + 1);
  const first = await call('DELETE', `/accounts/${account.id}?referrers=delete`);
  expect((await call('POST', `/accounts/${account.id}/restore`)).status).toBe(200);
  const second = await call('DELETE', `/accounts/${account.id}?referrers=unlink`);
  expect(second).toMatchObject({ status: 202, body: { total: LIMIT + 1 } });
  stage.startWorker();
  expect(await ended(first.body.id)).toMatchObject({ status: 'completed', total: 0, counts: {} });
  expect(await ended(second.body.id)).toMatchObject({ counts: { updated: LIMIT + 1 } });
  expect(await statuses('/contacts', contacts)).toEqual([200]);
  expect(await statuses('/opportunities', deals)).toEqual([200]);
});

test('restoring tells nothing about what was deleted along and the caller does not see', async () => {
  const { account, contacts } = await crowd(4);
  const taken = await call('DELETE', `/accounts/${account.id}?referrers=delete`);
  stage.startWorker();
  await ended(taken.body.id);
  const permissions = [
    { object: 'account', action: 'read', scope: 'all' },
    { object: 'account', action: 'delete', scope: 'all' },
  ];
  const role = await made('/roles', { name: `Role ${crypto.randomUUID()}`, permissions });
  const { key } = await made('/api-keys', { name: 'Key', roleId: role.id });
  // Eight records went along: as if there were none, no job follows.
  const restored = await call('POST', `/accounts/${account.id}/restore`, undefined, key);
  expect(restored).toMatchObject({ status: 200, body: { id: account.id } });
  expect(await statuses('/contacts', contacts)).toEqual([404]);
});

test('what others have linked elsewhere meanwhile stays, and so does everything after the job is stopped', async () => {
  const [account, other] = [
    await made('/accounts', { name: `Left ${crypto.randomUUID()}` }),
    await made('/accounts', { name: `Other ${crypto.randomUUID()}` }),
  ];
  const deals = await times(6, (i) => made('/opportunities', { name: `Deal ${i}`, account: account.id }));
  const taken = await call('DELETE', `/accounts/${account.id}?referrers=delete`);
  expect(taken).toMatchObject({ status: 202, body: { total: 6 } });
  const [moved, ...rest] = deals;
  const change = await call('PATCH', `/opportunities/${moved.id}`, { account: other.id });
  expect(change.body.errors).toBeUndefined();
  stage.startWorker();
  expect(await ended(taken.body.id)).toMatchObject({ status: 'completed', total: 5, counts: { deleted: 5 } });
  expect((await call('GET', `/opportunities/${moved.id}`)).body).toMatchObject({ account: { id: other.id } });
  expect(await statuses('/opportunities', rest)).toEqual([404]);

  const next = await crowd(6);
  await stage.killWorkers();
  const stopped = (await call('DELETE', `/accounts/${next.account.id}?referrers=delete`)).body.id;
  expect((await call('POST', `/bulk-jobs/${stopped}/cancel`)).body.status).toBe('cancelled');
  stage.startWorker();
  await eventually(
    async () =>
      (await stage.owner.query('select 1 from cascade_target where cascade_id = $1', [stopped])).rowCount ===
      0,
  );
  expect(await statuses('/contacts', next.contacts)).toEqual([200]);
});

test('rights are judged when the deletion is asked for, and again in each batch, which names what stays', async () => {
  const { account, contacts, deals } = await crowd(4);
  const can = (contactActions: string[]) => ({
    permissions: Object.entries({
      account: ['read', 'delete'],
      contact: contactActions,
      opportunity: ['read', 'update', 'delete'],
    }).flatMap(([object, actions]) => actions.map((action) => ({ object, action, scope: 'all' }))),
  });
  const role = await made('/roles', { name: `Role ${crypto.randomUUID()}`, ...can(['read', 'update']) });
  const { key } = await made('/api-keys', { name: 'Key', roleId: role.id });
  const remove = () => call('DELETE', `/accounts/${account.id}?referrers=delete`, undefined, key);
  expect(await remove()).toMatchObject({ status: 403, body: { code: 'referrersForbidden' } });
  expect(await statuses('/accounts', [account])).toEqual([200]);

  await call('PATCH', `/roles/${role.id}`, can(['read', 'update', 'delete']));
  const taken = await remove();
  expect(taken.status).toBe(202);
  await call('PATCH', `/roles/${role.id}`, can(['read', 'update']));
  stage.startWorker();
  expect(await ended(taken.body.id)).toMatchObject({ status: 'completed', counts: { failed: 4 } });
  expect(await statuses('/contacts', contacts)).toEqual([200]);
  expect(await statuses('/opportunities', deals)).toEqual([200]);
  const { data } = (await call('GET', `/bulk-jobs/${taken.body.id}/results`)).body;
  expect(data.map((failure: any) => failure.id).sort()).toEqual(contacts.map(({ id }) => id).sort());
  expect(data[0].object).toBe('contact');
  expect(data[0].errors).toMatchObject([
    {
      code: 'referrersForbidden',
      message: "Your roles don't let you delete this contact, so it stays as it is.",
    },
  ]);
});

test('a new name reaches many deals by a job, which uses the last name; until then deals keep their names', async () => {
  const account = await made('/accounts', { name: `Before ${crypto.randomUUID()}` });
  const product = await made('/products', { name: `Product ${crypto.randomUUID()}` });
  const deals = await times(LIMIT + 1, () =>
    made('/opportunities', { account: account.id, product: product.id }),
  );
  const [first] = deals;
  expect(first.name).toContain('Before');
  expect((await call('PATCH', `/accounts/${account.id}`, { name: 'Between' })).status).toBe(200);
  expect((await call('PATCH', `/accounts/${account.id}`, { name: 'Finally' })).status).toBe(200);
  expect((await call('GET', `/opportunities/${first.id}`)).body).toMatchObject({
    name: first.name,
    account: { name: 'Finally' },
  });
  stage.startWorker();
  await eventually(async () => {
    const names = await Promise.all(
      deals.map(async ({ id }) => (await call('GET', `/opportunities/${id}`)).body.name),
    );
    return names.every((name) => name.includes('Finally'));
  });
  await eventually(
    async () =>
      (
        await stage.owner.query(
          `select 1 from job where name = 'opportunities.follow-names' and state <> 'done'`,
        )
      ).rowCount === 0,
  );
  expect(await events(deals, 'renamed')).toEqual(Array(LIMIT + 1).fill(1));
});

test('a restoration that the database refuses leaves nothing to a job', async () => {
  const externalId = crypto.randomUUID();
  const [refused, beside] = [await crowd(4), await crowd(4)];
  await call('PATCH', `/accounts/${refused.account.id}`, { externalId });
  stage.startWorker();
  for (const { account } of [refused, beside]) {
    const { body } = await call('DELETE', `/accounts/${account.id}?referrers=delete`);
    expect(await ended(body.id)).toMatchObject({ status: 'completed' });
  }
  await made('/accounts', { name: 'Took it over', externalId });
  const context = newContext({
    correlationId: 'test',
    tenantId: stage.company.tenantId,
    memberId: stage.company.memberId,
    actor: { kind: 'member', id: stage.company.memberId },
  });
  const outcomes = await runInContext(context, () =>
    stage.api.app.get(RecordService, { strict: false }).writer.write(
      'account',
      'restore',
      [refused, beside].map(({ account: { id } }) => ({ id })),
      { action: 'delete' },
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'restored']);
  const { cascade } = outcomes[1]!;
  expect(cascade).toMatchObject({ total: 8 });
  expect(await ended(cascade!.id)).toMatchObject({ counts: { restored: 8 } });
  const targets = await stage.owner.query('select from cascade_target where record_id = $1', [
    refused.account.id,
  ]);
  const jobs = await stage.owner.query(
    `select from bulk_job where action = 'restore' and tenant_id = $1 and created_at > (select created_at from account where name = 'Took it over')`,
    [stage.company.tenantId],
  );
  expect([targets.rowCount, jobs.rowCount]).toEqual([0, 1]);
});
