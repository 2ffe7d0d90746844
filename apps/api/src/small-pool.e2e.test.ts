import type { INestApplicationContext } from '@nestjs/common';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { expect, test } from 'vitest';
import { testApi } from './testing/api-process.js';
import { importsStage } from './testing/imports-stage.js';
import { workerBeside } from './testing/worker-in-process.js';

/* Ten times as much work at once as the pools have clients: it ends only if nothing holds one client and waits for another. */

const AT_ONCE = 20;

let database: TestDatabase;
let worker: INestApplicationContext | undefined;
const stage = importsStage(
  async () => {
    database = await testDatabase();
    return testApi(database, [], undefined, {
      PELLUCID_DB_POOL: '2',
      PELLUCID_WORKER_CONCURRENCY: String(AT_ONCE),
    });
  },
  async () => {
    await worker?.close();
    await stage.api?.close();
    await database?.drop();
  },
);
const { call, ended, get, start } = stage;

async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const many = <T>(make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, n) => make(n)));
const account = (n: number) => made('/accounts', { name: `Account ${n}` });

/** Runs the calls at once, after a change of rights, so that each of them also needs the rights anew. */
async function allAtOnce(calls: (() => ReturnType<typeof call>)[]): Promise<number[]> {
  await made('/roles', { name: `Role ${crypto.randomUUID()}`, permissions: [] });
  const answers = await Promise.all(calls.map((ask) => ask()));
  return answers.map(({ status }) => status);
}
const all = (status: number) => Array.from({ length: AT_ONCE }, () => status);

test('leads are converted', async () => {
  const tag = await made('/tags', { name: 'Fair' });
  const leads = await many((n) =>
    made('/leads', {
      lastName: `Lead ${n}`,
      company: `Company ${n}`,
      email: `lead@${n}.example`,
      tags: [tag.id],
    }),
  );
  const convert = (lead: { id: string }) => () =>
    call('POST', `/leads/${lead.id}/convert`, { createOpportunity: true });
  expect(await allAtOnce(leads.map(convert))).toEqual(all(200));
  expect((await get('/opportunities?count=exact&limit=1')).count.value).toBe(AT_ONCE);
});

test('changes that were made on an old version are merged', async () => {
  const accounts = await many(account);
  await many((n) => call('PATCH', `/accounts/${accounts[n].id}`, { phone: '1' }));
  const change =
    ({ id }: { id: string }) =>
    () =>
      stage.api.call('PATCH', `/accounts/${id}`, {
        token: stage.company.token,
        body: { city: 'Merged' },
        headers: { 'if-match': '"1"' },
      });
  expect(await allAtOnce(accounts.map(change))).toEqual(all(200));
});

test('records are deleted with what belongs to them, and restored', async () => {
  const accounts = await many(account);
  await many((n) => made('/contacts', { lastName: `Contact ${n}`, account: accounts[n].id }));
  const remove =
    ({ id }: { id: string }) =>
    () =>
      call('DELETE', `/accounts/${id}?referrers=delete`);
  const restore =
    ({ id }: { id: string }) =>
    () =>
      call('POST', `/accounts/${id}/restore`);
  expect(await allAtOnce(accounts.map(remove))).toEqual(all(204));
  expect(await allAtOnce(accounts.map(restore))).toEqual(all(200));
  expect((await get('/contacts?count=exact&limit=1')).count.value).toBe(AT_ONCE);
});

test('contacts are linked, and deals get lines', async () => {
  const product = await made('/products', { name: 'Product' });
  const accounts = await many(account);
  const contacts = await many((n) => made('/contacts', { lastName: `Contact ${n}` }));
  const deals = await many((n) => made('/opportunities', { name: `Deal ${n}`, account: accounts[n].id }));
  const link = (_: unknown, n: number) => () =>
    call('PUT', `/accounts/${accounts[n].id}/contacts/${contacts[n].id}`, { isPrimary: true });
  expect(await allAtOnce(contacts.map(link))).toEqual(all(200));
  const lines =
    ({ id }: { id: string }) =>
    () =>
      call('PUT', `/opportunities/${id}/lines`, { lines: [{ product: product.id, quantity: '2' }] });
  expect(await allAtOnce(deals.map(lines))).toEqual(all(200));
});

test('files are imported', async () => {
  const imports = await many((n) =>
    start(`Last name,Company,Email\nImported,Imported ${n},imported@${n}.example\n`, {
      object: 'lead',
      mode: 'upsert',
      matchBy: ['email'],
      mapping: { 'Last name': 'lastName', Company: 'company', Email: 'email' },
    }),
  );
  worker = await workerBeside(stage.api);
  const runs = await Promise.all(imports.map(ended));
  expect(runs.map((run) => [run.status, run.counts.created])).toEqual(
    Array.from({ length: AT_ONCE }, () => ['completed', 1]),
  );
  await eventually(async () =>
    (await get('/leads?count=exact&limit=1')).count.value === AT_ONCE ? true : null,
  );
});
