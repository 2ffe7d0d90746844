import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG } from '../../config/index.js';
import { Relay } from '../../events/index.js';
import { createLogger } from '../../observability/index.js';
import { eventually } from '../../testing/index.js';
import { RecordErasure } from '../serve/record-erasure.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { PastStates, type Transition } from './past-states.js';

let engine: EngineApp;
let tenant: EngineTenant;
let relay: Relay;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  const connectionString = engine.app.get(CONFIG).DATABASE_URL_PLATFORM;
  relay = new Relay({ connectionString, onPlaced: () => {} }, createLogger({ level: 'silent' }));
  relay.start();
});
afterAll(async () => {
  await relay.stop();
  await engine.close();
});

const call = async (method: string, url: string, body?: unknown) => {
  const answer = await engine.call(tenant, method, url, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};

/** Reads the whole past of accounts in batches of three. */
async function past(of: EngineTenant = tenant): Promise<Transition[]> {
  await eventually(async () => (await engine.admin.query('select 1 from event_outbox')).rowCount === 0);
  const states = engine.app.get(PastStates);
  const all: Transition[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const batch = await engine.as(of, () => states.read('account', after!, 3));
    expect(batch.transitions.length).toBeLessThanOrEqual(3);
    all.push(...batch.transitions);
    after = batch.next;
  }
  return all;
}

test('each event comes in the order of the feed, with the states that as-of reads show', async () => {
  const red = await call('POST', '/tags', { name: 'Red' });
  const parent = await call('POST', '/accounts', { name: 'Parent' });
  const one = await call('POST', '/accounts', {
    name: 'One',
    tags: [red.id],
    annualRevenue: '12.5',
    email: 'one@example.com',
    externalId: 'x-1',
  });
  const two = await call('POST', '/accounts', { name: 'Two', city: 'Zug' });
  await call('PATCH', `/accounts/${one.id}`, { name: 'One more', parent: parent.id, tags: [] });
  await call('PATCH', '/tags/' + red.id, { name: 'Crimson' });
  await call('PATCH', `/accounts/${two.id}`, { employees: 7, city: null, email: 'two@example.com' });
  await call('PATCH', `/accounts/${one.id}`, { parent: null, email: 'later@example.com' });
  await call('DELETE', `/accounts/${two.id}`);
  await call('POST', `/accounts/${two.id}/restore`);
  await call('PATCH', `/accounts/${two.id}`, { name: 'Two again' });

  const all = await past();
  const positions = all.map(({ event }) => event.position);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(all.map(({ event }) => [event.recordId, event.recordVersion, event.verb])).toEqual([
    [parent.id, 1, 'created'],
    [one.id, 1, 'created'],
    [two.id, 1, 'created'],
    [one.id, 2, 'updated'],
    [two.id, 2, 'updated'],
    [one.id, 3, 'updated'],
    [two.id, 3, 'deleted'],
    [two.id, 4, 'restored'],
    [two.id, 5, 'updated'],
  ]);
  const last = new Map<string, Transition['after']>();
  for (const { event, before, after } of all) {
    expect(before).toEqual(last.get(event.recordId) ?? null);
    last.set(event.recordId, after);
    expect(after === null).toBe(event.verb === 'deleted');
    if (!after) continue;
    const then = await call('GET', `/accounts/${event.recordId}/as-of?version=${event.recordVersion}`);
    const idOf = (reference: { id: string } | null) => reference?.id ?? null;
    const { state } = after;
    expect([state['name'], state['city'], state['employees'], state['email'], state['externalId']]).toEqual([
      then.name,
      then.city,
      then.employees,
      then.email,
      then.externalId,
    ]);
    expect([state['parent'], state['owner']]).toEqual([idOf(then.parent), idOf(then.owner)]);
    expect(state['tags']).toEqual(then.tags.map(idOf));
    expect(Number(state['annualRevenue'] ?? 0)).toBe(Number(then.annualRevenue ?? 0));
  }
});

test('values that were erased are named, in every state that had them', async () => {
  const other = await engine.tenant();
  const { id } = (await engine.call(other, 'POST', '/accounts', { name: 'Ann', email: 'ann@example.com' }))
    .body;
  await engine.call(other, 'PATCH', `/accounts/${id}`, { city: 'Zug' });
  await engine.as(other, () => engine.app.get(RecordErasure).erase('account', id, 'asked for by the person'));
  const all = await past(other);
  expect(all.map(({ event, after }) => [event.verb, after!.erased, after!.state['name']])).toEqual([
    ['created', ['email'], 'Ann'],
    ['updated', ['email'], 'Ann'],
    ['erased', ['email'], 'Ann'],
  ]);
  expect(JSON.stringify(all.map(({ before, after }) => [before, after]))).not.toContain('ann@example.com');
});

test('reading moves no cursor and sees only its own company', async () => {
  const other = await engine.tenant();
  await engine.admin.query(
    `insert into consumer_cursor (tenant_id, consumer, position) values ($1, 'reader', 1)`,
    [tenant.id],
  );
  const cursors = async () =>
    (await engine.admin.query('select * from consumer_cursor order by tenant_id, consumer')).rows;
  const before = await cursors();
  expect((await past()).length).toBeGreaterThan(0);
  expect(await past(other)).toEqual([]);
  expect(await cursors()).toEqual(before);
});
