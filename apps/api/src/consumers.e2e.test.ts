import type { INestApplicationContext } from '@nestjs/common';
import { ConsumerRegistry, type DecryptedEvent } from '@pellucid/platform/events';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, testApi } from './testing/api-process.js';
import { workerBeside } from './testing/worker-in-process.js';

let database: TestDatabase;
let api: TestApi;
let worker: INestApplicationContext;
/** The events of contacts that a consumer has received, with their personal values. */
const received: DecryptedEvent[] = [];

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  worker = await workerBeside(api);
  worker.get(ConsumerRegistry).register({
    name: 'contact-reader',
    objects: ['contact'],
    verbs: ['created', 'updated', 'erased'],
    handle: async (events, _uow, context) => {
      received.push(...(await context.decrypt(events)));
    },
  });
});
afterAll(async () => {
  await worker.close();
  await api.close();
  await database.drop();
});

test('a consumer of the worker reads personal values, and is told of those that were erased', async () => {
  const { token } = await registerCompany(api);
  const call = async (method: string, path: string, body: object) => {
    const answer = await api.call(method, path, { token, body });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  const create = (lastName: string) =>
    call('POST', '/contacts', { lastName, email: `${lastName.toLowerCase()}@example.com` });
  const [kept, gone] = [await create('Kept'), await create('Gone')];
  await eventually(async () => received.length >= 2);
  expect(received.map(({ recordId, changes, erased }) => [recordId, changes.email.after, erased])).toEqual([
    [kept.id, 'kept@example.com', false],
    [gone.id, 'gone@example.com', false],
  ]);
  // As stored, the event holds no personal value.
  expect(received[0]!.personal).not.toBeNull();

  await call('POST', '/audit/erasures', {
    object: 'contact',
    id: gone.id,
    reason: 'asked for by the person',
  });
  await call('PATCH', `/contacts/${kept.id}`, { email: 'later@example.com' });
  await eventually(async () => received.length >= 4);
  expect(received.slice(2).map(({ verb, erased, changes }) => [verb, erased, changes.email])).toEqual([
    ['erased', true, undefined],
    ['updated', false, { before: 'kept@example.com', after: 'later@example.com' }],
  ]);
});
