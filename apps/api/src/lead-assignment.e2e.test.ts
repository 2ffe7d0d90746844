/** Who gets leads, by rules of the company: in order, in turns that nobody gets twice, whatever creates them. */
import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

const SALES = [
  { object: '*', action: 'read', scope: 'all' },
  { object: '*', action: 'create', scope: 'all' },
  { object: 'lead', action: 'update', scope: 'own' },
] as never;
let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;
let team: string;
let sellers: Colleague[];
let seller: Colleague;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  const role = await people.role({ permissions: SALES });
  team = (await call('POST', '/teams', { name: 'Assignment team' })).id;
  sellers = [];
  for (let n = 0; n < 3; n += 1) sellers.push(await people.colleague([role], { teamId: team }));
  seller = await people.colleague([role]);
  await people.settleEverywhere();
});
afterAll(() => people?.end());

const ask = (method: string, path: string, body?: unknown, token = company.token) =>
  api.call(method, path, { token, body });
async function call(method: string, path: string, body?: unknown, token = company.token): Promise<any> {
  const answer = await ask(method, path, body, token);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}
const rule = (values: object) => call('POST', '/assignment-rules', { name: 'Rule', ...values });
const lead = (values: object = {}, token = company.token) =>
  call('POST', '/leads?allowDuplicates=true', { lastName: 'Doe', ...values }, token);
const ownerOf = async (id: string) => (await call('GET', `/leads/${id}`)).owner.id;
const reasonOf = async (id: string, token = company.token) =>
  (await call('GET', `/leads/${id}/assignment`, undefined, token)).reason;
/** Starts from no rules. */
async function onlyRules(...values: object[]): Promise<any[]> {
  for (const { id } of (await call('GET', '/assignment-rules')).data)
    await call('DELETE', `/assignment-rules/${id}`);
  const made: any[] = [];
  for (const each of values) made.push(await rule(each));
  return made;
}
const turns = (more: object = {}) => ({ target: { kind: 'team', team, method: 'roundRobin' }, ...more });
const share = (ids: string[]) => sellers.map(({ memberId }) => ids.filter((id) => id === memberId).length);

test('the first rule that fits gives a lead to somebody, and says why; a lead that names its owner keeps them', async () => {
  const [hot] = await onlyRules(
    {
      name: 'Hot leads',
      condition: { field: 'rating', op: 'eq', value: 'Hot' },
      target: { kind: 'member', member: seller.memberId },
    },
    turns({ name: 'All others' }),
  );
  const made = await lead({ rating: 'Hot' });
  expect(made.owner.id).toBe(seller.memberId);
  expect(await reasonOf(made.id)).toMatchObject({
    owner: { id: seller.memberId, name: seller.name },
    isCurrent: true,
    rule: { id: hot.id, name: 'Hot leads', version: 1 },
    condition: { field: 'rating', op: 'eq', value: 'Hot' },
    values: { rating: 'Hot' },
    earlier: [],
  });
  const [created] = (await call('GET', `/leads/${made.id}/history`)).data;
  expect(created.changes.owner.origin).toEqual({ kind: 'rule', rule: { id: hot.id, version: 1 } });
  const other = await lead({ rating: 'Cold' });
  expect(share([other.owner.id])).toContain(1);
  expect((await reasonOf(other.id)).earlier).toEqual([{ name: 'Hot leads', outcome: 'unmet' }]);
  const named = await lead({ rating: 'Hot', owner: company.memberId });
  expect(named.owner.id).toBe(company.memberId);
  expect(await reasonOf(named.id)).toBeNull();
});

test('whoever gets a lead is told, and may get it from somebody who can assign nothing', async () => {
  await onlyRules({ target: { kind: 'member', member: seller.memberId } });
  const { id } = await lead({ lastName: 'Told' }, sellers[0]!.token);
  expect(await ownerOf(id)).toBe(seller.memberId);
  const told = await eventually(async () => {
    const { data } = await call('GET', '/notifications', undefined, seller.token);
    return data.find(({ record }: any) => record?.id === id);
  });
  expect(told).toMatchObject({ kind: 'assigned', actor: { id: sellers[0]!.memberId } });
});

test('leads created at the same time never get the same turn, and a refused one takes none', async () => {
  await onlyRules(turns());
  const made = await Promise.all(Array.from({ length: 12 }, () => lead()));
  expect(share(made.map(({ owner }) => owner.id))).toEqual([4, 4, 4]);
  const order: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    order.push((await lead()).owner.id);
    expect((await ask('POST', '/leads', { lastName: 'Bad', status: 'Disqualified' })).status).toBe(422);
  }
  expect(share(order)).toEqual([1, 1, 1]);
});

test('bulk work shares turns out among its rows, without those of rows that are refused', async () => {
  await onlyRules(turns());
  const rows = Array.from({ length: 9 }, (_, n) => ({
    lastName: `Row ${n}`,
    ...(n % 3 === 0 ? { status: 'Disqualified' } : {}),
  }));
  const { counts, results } = await call('POST', '/leads/bulk', {
    action: 'create',
    rows,
    allowDuplicates: true,
  });
  expect(counts).toMatchObject({ created: 6, failed: 3 });
  const ids = results.flatMap(({ id, status }: any) => (status === 'created' ? [id] : []));
  const given = await Promise.all(ids.map(ownerOf));
  // The rows that were refused have taken no turn: the next ones make it even.
  for (let n = 0; n < 3; n += 1) given.push((await lead()).owner.id);
  expect(share(given)).toEqual([3, 3, 3]);
});

test('a territory has a team, a limit passes people over, and reasons name whom', async () => {
  const north = await call('POST', '/territories', {
    name: 'Nordics',
    condition: { field: 'country', op: 'in', value: ['Norway', 'Sweden'] },
    team,
  });
  await onlyRules(
    { name: 'By place', target: { kind: 'territory', method: 'load', limit: 1_000 } },
    { name: 'Full', territory: north.id, target: { kind: 'team', team, method: 'roundRobin' } },
  );
  const made = await lead({ country: 'Norway' });
  expect(share([made.owner.id])).toContain(1);
  expect(await reasonOf(made.id)).toMatchObject({
    territory: { id: north.id, name: 'Nordics' },
    method: 'load',
    values: { country: 'Norway' },
  });
  const elsewhere = await lead({ country: 'Peru' });
  expect(elsewhere.owner.id).toBe(company.memberId);
  expect((await ask('DELETE', `/territories/${north.id}`)).body.code).toBe('territoryUsed');

  const [first] = await onlyRules({
    ...turns(),
    target: { kind: 'team', team, method: 'roundRobin', limit: 1 },
  });
  await rule({ name: 'Rest', target: { kind: 'member', member: seller.memberId } });
  const over = await lead();
  expect(over.owner.id).toBe(seller.memberId);
  const reason = await reasonOf(over.id);
  expect(reason.earlier).toEqual([{ name: first.name, outcome: 'nobody' }]);
  expect(reason.passed.map(({ reason: why }: any) => why)).toEqual(['limit', 'limit', 'limit']);
});

test('trying the rules moves nobody, and says why a rule does not fit', async () => {
  const hot = {
    all: [
      { field: 'rating', op: 'eq', value: 'Hot' },
      { field: 'industry', op: 'exists' },
    ],
  };
  await onlyRules(
    { name: 'Hot', condition: hot, target: { kind: 'member', member: seller.memberId } },
    turns(),
  );
  const trial = () => call('POST', '/assignment-rules/try', { values: { rating: 'Hot' } });
  const [one, two] = [await trial(), await trial()];
  expect(one).toEqual(two);
  expect(one.rules).toMatchObject([
    { outcome: 'unmet', unmet: { field: 'industry', op: 'exists' } },
    { outcome: 'fits' },
  ]);
  expect((await lead()).owner.id).toBe(one.owner.id);
  const stored = await lead({ rating: 'Hot', industry: 'Technology', owner: company.memberId });
  expect((await call('POST', '/assignment-rules/try', { lead: stored.id })).owner.id).toBe(seller.memberId);
  const wrong = await ask('POST', '/assignment-rules/try', { values: { rating: 'Boiling', planet: 'Mars' } });
  expect(wrong.body.errors.map(({ pointer }: any) => pointer)).toEqual(['/values/rating', '/values/planet']);
});

test('a lead, and many, are assigned by rules afterwards; that is previewed and undone', async () => {
  await onlyRules();
  const ids = [(await lead()).id, (await lead()).id, (await lead()).id];
  const refused = await ask('POST', `/leads/${ids[0]}/assign`);
  expect([refused.status, refused.body.code]).toEqual([409, 'noRuleFits']);
  await onlyRules(turns());
  const request = { action: 'assign', ids };
  const preview = await call('POST', '/leads/bulk/preview', request);
  expect(preview.counts).toEqual({ updated: 3 });
  expect(await ownerOf(ids[0]!)).toBe(company.memberId);
  const done = await api.call('POST', '/leads/bulk', { token: company.token, body: request });
  expect(done.body.counts).toMatchObject({ updated: 3 });
  expect(share(await Promise.all(ids.map(ownerOf)))).toEqual([1, 1, 1]);
  await call('POST', '/undo', { correlationId: String(done.headers['x-correlation-id']) });
  expect(await Promise.all(ids.map(ownerOf))).toEqual(Array(3).fill(company.memberId));
  expect(share([(await call('POST', `/leads/${ids[0]}/assign`)).owner.id])).toContain(1);
  expect((await ask('POST', '/accounts/bulk', { action: 'assign', ids })).body.errors[0].code).toBe(
    'noAssignmentRules',
  );
});

test('readers who do not see what the rules asked are not told why, and what they do not see decides nothing', async () => {
  const blindRole = await people.role({
    permissions: [
      { object: '*', action: 'read', scope: 'all' },
      { object: 'lead', action: 'create', scope: 'all' },
      { object: 'lead', action: 'assign', scope: 'all' },
    ] as never,
    fields: [{ object: 'lead', field: 'rating', access: 'hidden' }] as never,
  });
  const blind = await people.colleague([blindRole]);
  await people.settleEverywhere();
  await onlyRules(
    {
      condition: { field: 'rating', op: 'eq', value: 'Hot' },
      target: { kind: 'member', member: seller.memberId },
    },
    { target: { kind: 'member', member: sellers[0]!.memberId } },
  );
  const [hot, cold] = [await lead({ rating: 'Hot' }), await lead({ rating: 'Cold' })];
  expect(await reasonOf(hot.id)).not.toBeNull();
  expect([await reasonOf(hot.id, blind.token), await reasonOf(cold.id, blind.token)]).toEqual([null, null]);
  for (const { id } of [hot, cold])
    expect((await call('POST', `/leads/${id}/assign`, undefined, blind.token)).owner.id).toBe(
      sellers[0]!.memberId,
    );
  expect((await ask('GET', '/assignment-rules', undefined, blind.token)).status).toBe(403);
});

test('rules are checked, ordered and kept by version, and a field that they ask cannot be deleted', async () => {
  const wrong = await ask('POST', '/assignment-rules', {
    name: 'Wrong',
    condition: { field: 'planet', op: 'eq', value: 'Mars' },
    territory: crypto.randomUUID(),
    target: { kind: 'team', team: crypto.randomUUID(), method: 'load', weights: { [seller.memberId]: 2 } },
  });
  expect(wrong.body.errors.map(({ pointer }: any) => pointer)).toEqual([
    '/condition/field',
    '/territory',
    '/target/team',
    '/target/weights',
  ]);
  const [one, two] = await onlyRules(turns({ name: 'One' }), turns({ name: 'Two' }));
  const ordered = await call('PUT', '/assignment-rules/order', { ids: [two.id, one.id] });
  expect(ordered.data.map(({ name }: any) => name)).toEqual(['Two', 'One']);
  const twice = await ask('PUT', '/assignment-rules/order', { ids: [one.id, one.id] });
  expect(twice.body.errors).toMatchObject([{ pointer: '/ids/1', code: 'unknownRule' }]);
  const off = await call('PATCH', `/assignment-rules/${two.id}`, { isActive: false });
  expect([off.isActive, off.version]).toEqual([false, 2]);
  const stale = await api.call('PATCH', `/assignment-rules/${two.id}`, {
    token: company.token,
    body: { name: 'X' },
    headers: { 'If-Match': '"1"' },
  });
  expect(stale.status).toBe(412);
});
