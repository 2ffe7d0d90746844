import type { FieldPermission, Permission } from '@pellucid/platform/access';
import { sharedDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
/** A deal with a composed name, a deal with a typed name, and the records they refer to. */
let composed: string;
let typed: string;
let account: { id: string; name: string };
let product: { id: string; name: string };

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(await sharedDatabase(), api, company);
  account = await made('/accounts', { name: 'Quillfeather Mills' });
  product = await made('/products', { name: 'Zephyrine Loom' });
  const about = { account: account.id, product: product.id, owner: company.memberId };
  composed = (await made('/opportunities', about)).id;
  typed = (await made('/opportunities', { ...about, name: 'Autumn renewal' })).id;
});
afterAll(() => people.end());

const as = (token: string, method: string, path: string, body?: unknown) =>
  api.call(method, path, { token, body });
async function made(path: string, body: unknown) {
  const answer = await as(company.token, 'POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const everything: Permission[] = [
  'opportunity',
  'account',
  'product',
  'contact',
  'member',
  'stage',
  'lead',
].flatMap((object) =>
  ['read', 'update', 'create'].map((action): Permission => ({ object, action, scope: 'all' })),
);
/** A person with their own role. `scopes` narrows what they may read of an object. */
async function somebody(fields: FieldPermission[], scopes: Record<string, 'own' | 'none'> = {}) {
  const permissions = everything.map((p) =>
    p.action === 'read' && scopes[p.object] ? { ...p, scope: scopes[p.object]! } : p,
  );
  const colleague = await people.colleague([await people.role({ permissions, fields })]);
  await people.settle();
  return colleague;
}
const hidden = (object: string, field: string): FieldPermission => ({ object, field, access: 'hidden' });
const ids = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map(({ id }) => id);
const query = (who: Colleague, body: object) =>
  as(who.token, 'POST', '/opportunities/query', { limit: 200, ...body });

describe.each([
  ['whose account is hidden', () => somebody([hidden('opportunity', 'account')])],
  ['whose product is hidden', () => somebody([hidden('opportunity', 'product')])],
  ['who sees no names of accounts', () => somebody([hidden('account', 'name')])],
  ['who reads their own accounts only', () => somebody([], { account: 'own' })],
  ['who reads no products at all', () => somebody([], { product: 'none' })],
])('a composed name for a user %s', (_, who) => {
  test('is withheld from records and lists, and a typed one is not', async () => {
    const viewer = await who();
    const one = await as(viewer.token, 'GET', `/opportunities/${composed}`);
    expect(one.body).not.toHaveProperty('name');
    expect(one.body.meta.access).toMatchObject({ name: 'hidden' });
    expect((await as(viewer.token, 'GET', `/opportunities/${typed}`)).body.name).toBe('Autumn renewal');
    const list = (await query(viewer, {})).body.data;
    const listed = (id: string) => list.find((r: { id: string }) => r.id === id);
    expect(listed(composed).name).toBeUndefined();
    expect(listed(typed).name).toBe('Autumn renewal');
    expect(JSON.stringify([one.body.name, list.map((r: { name?: string }) => r.name)])).not.toMatch(
      /Quill|Zeph/,
    );
  });

  test('is found by no search or filter, and its position in an order reveals nothing', async () => {
    const viewer = await who();
    for (const text of ['quillfeather', 'zephyrine'])
      expect(ids(await query(viewer, { q: text })), text).not.toContain(composed);
    const where = (op: string, value: string) => ({ filter: { field: 'name', op, value } });
    expect(ids(await query(viewer, where('contains', 'Loom')))).toEqual([]);
    expect(ids(await query(viewer, where('eq', 'Quillfeather Mills – Zephyrine Loom')))).toEqual([]);
    expect(ids(await query(viewer, where('contains', 'Autumn')))).toEqual([typed]);
    // It sorts last in both directions, like an empty name.
    expect(ids(await query(viewer, { sort: 'name' }))).toEqual([typed, composed]);
    expect(ids(await query(viewer, { sort: '-name' }))).toEqual([typed, composed]);
  });

  test('is in no history, version, reference or explanation', async () => {
    const viewer = await who();
    const history = await as(viewer.token, 'GET', `/opportunities/${composed}/history`);
    expect(history.status).toBe(200);
    const then = await as(viewer.token, 'GET', `/opportunities/${composed}?asOfVersion=1`);
    const names = [
      history.body.data.map((e: { changes: { name?: unknown } }) => e.changes.name),
      then.body.name,
    ];
    expect(JSON.stringify(names)).not.toMatch(/Quill|Zeph/);
    const why = await as(
      viewer.token,
      'GET',
      `/access/explain?object=opportunity&record=${composed}&action=read&field=name`,
    );
    expect(why.body).toMatchObject({ allowed: false, effect: 'hidden', record: { name: '' } });
    expect(why.body.steps.map((s: { code: string }) => s.code)).toContain('fieldMadeOf');
    expect(why.body.wouldNeed).toMatchObject([{ code: 'needsSources' }]);
    const rights = await as(viewer.token, 'GET', `/access/rights?object=opportunity&record=${composed}`);
    expect(rights.body.fields.name).toBe('hidden');
  });

  test('cannot be guessed by writing it', async () => {
    const viewer = await who();
    const twin = () => made('/opportunities', { account: account.id, product: product.id });
    const versions = [];
    for (const name of ['Quillfeather Mills – Zephyrine Loom', 'Anything else']) {
      const { id } = await twin();
      const { body } = await as(viewer.token, 'PATCH', `/opportunities/${id}`, { name });
      versions.push([body.version, body.name === name]);
      await as(company.token, 'DELETE', `/opportunities/${id}`);
    }
    expect(versions).toEqual([
      [2, true],
      [2, true],
    ]);
  });
});

test('users who can view account and product see, find and sort composed names', async () => {
  const viewer = await somebody([]);
  const one = await as(viewer.token, 'GET', `/opportunities/${composed}`);
  expect(one.body.name).toBe('Quillfeather Mills – Zephyrine Loom');
  expect(one.body.meta?.access?.name).toBeUndefined();
  expect(ids(await query(viewer, { q: 'zephyrine' }))).toContain(composed);
  expect(ids(await query(viewer, { sort: '-name' }))).toEqual([composed, typed]);
  const { data } = (await as(viewer.token, 'GET', `/opportunities/${composed}/history`)).body;
  expect(data.at(-1).changes.name).toEqual({
    after: 'Quillfeather Mills – Zephyrine Loom',
    origin: { kind: 'derived', from: ['account', 'product'] },
  });
});

test('a name is composed only of what its author can view', async () => {
  const author = await somebody([hidden('product', 'name')]);
  const own = await as(author.token, 'POST', '/opportunities', { account: account.id, product: product.id });
  expect(own.status, JSON.stringify(own.body)).toBe(201);
  expect((await as(company.token, 'GET', `/opportunities/${own.body.id}`)).body.name).toBe(
    'Quillfeather Mills',
  );
  await as(company.token, 'DELETE', `/opportunities/${own.body.id}`);
});

test('labels of references show a composed name only to users who can view its parts', async () => {
  const lead = await made('/leads', { lastName: 'Converted', company: 'Quillfeather Mills' });
  const { body } = await as(company.token, 'POST', `/leads/${lead.id}/convert`, {
    accountId: account.id,
    createOpportunity: true,
  });
  expect(body.opportunity?.id ?? body.detail ?? body.errors, JSON.stringify(body)).toMatch(/^[0-9a-f-]{36}$/);
  await as(company.token, 'PATCH', `/opportunities/${body.opportunity.id}`, {
    name: '',
    product: product.id,
  });
  const label = async (viewer: Colleague) =>
    (await as(viewer.token, 'GET', `/leads/${lead.id}`)).body.convertedOpportunity.name;
  expect(await label(await somebody([]))).toBe('Quillfeather Mills – Zephyrine Loom');
  expect(await label(await somebody([hidden('product', 'name')]))).toBe('');
  expect(await label(await somebody([], { account: 'own' }))).toBe('');
  await as(company.token, 'DELETE', `/opportunities/${body.opportunity.id}`);
});

test.each([
  ['stage', ['probability', 'forecastCategory', 'closedAt', 'stageSince']],
  ['closeDate', ['closedAt', 'stageSince', 'rateDate', 'rate', 'baseAmount']],
  ['amount', ['baseAmount', 'rate', 'rateDate']],
  ['currency', ['rate', 'baseAmount']],
])(
  'if %s is hidden, so are %j, including in filters, sorts, the description and the audit of a role',
  async (field, derived) => {
    const viewer = await somebody([hidden('opportunity', field)]);
    const one = (await as(viewer.token, 'GET', `/opportunities/${typed}`)).body;
    const described = (await as(viewer.token, 'GET', '/objects/opportunity')).body;
    for (const key of derived) {
      expect(one, key).not.toHaveProperty(key);
      expect(one.meta.access[key]).toBe('hidden');
      expect(described.fields.some((f: { key: string }) => f.key === key)).toBe(false);
      expect((await query(viewer, { sort: key })).body.code).toBe('fieldNotInClear');
      const why = await as(
        viewer.token,
        'GET',
        `/access/explain?object=opportunity&record=${typed}&action=read&field=${key}`,
      );
      expect(why.body).toMatchObject({ allowed: false, effect: 'hidden' });
      expect(why.body.steps.find((s: { code: string }) => s.code === 'fieldByRole').params).toMatchObject({
        source: 'derived',
      });
      expect(why.body.wouldNeed[0].code).toBe('needsSight');
    }
  },
);

test('the history says what a value was calculated from, to those who see all of that', async () => {
  const deal = await made('/opportunities', { name: 'Traced', amount: '100' });
  const move = await as(company.token, 'POST', `/opportunities/${deal.id}/win`, {});
  expect(move.status).toBe(200);
  const origins = async (viewer: Colleague) => {
    const { data } = (await as(viewer.token, 'GET', `/opportunities/${deal.id}/history`)).body;
    return data.map(({ changes }: { changes: Record<string, { origin?: object }> }) =>
      Object.fromEntries(
        ['owner', 'stage', 'probability', 'forecastCategory', 'baseAmount', 'closeDate'].flatMap((key) =>
          changes[key]?.origin ? [[key, changes[key].origin]] : [],
        ),
      ),
    );
  };
  const fromStage = { kind: 'derived', from: ['stage'] };
  const [won, created] = await origins(await somebody([]));
  expect(won).toEqual({
    probability: fromStage,
    forecastCategory: fromStage,
    closeDate: { kind: 'derived' },
  });
  expect(created).toEqual({
    owner: { kind: 'default' },
    stage: { kind: 'derived' },
    probability: fromStage,
    forecastCategory: fromStage,
    baseAmount: { kind: 'derived', from: ['amount', 'rate'] },
  });
  // The close date stays visible; that it was calculated would tell that the deal was closed.
  const masked: FieldPermission = { object: 'opportunity', field: 'stage', access: 'mask' };
  for (const withheld of [hidden('opportunity', 'stage'), masked])
    expect(await origins(await somebody([withheld]))).toEqual([
      {},
      { owner: { kind: 'default' }, baseAmount: { kind: 'derived', from: ['amount', 'rate'] } },
    ]);
});

test('if the stage is hidden, no verb in the history reveals that a deal was moved, won or lost', async () => {
  const deal = await made('/opportunities', { name: 'To be won' });
  expect((await as(company.token, 'POST', `/opportunities/${deal.id}/win`, {})).status).toBe(200);
  const verbs = async (viewer: Colleague) =>
    (await as(viewer.token, 'GET', `/opportunities/${deal.id}/history`)).body.data.map(
      (e: { verb: string }) => e.verb,
    );
  expect(await verbs(await somebody([]))).toEqual(['won', 'created']);
  expect(await verbs(await somebody([hidden('opportunity', 'stage')]))).toEqual(['updated', 'created']);
  const auditor = await people.colleague([
    await people.role({
      permissions: everything,
      fields: [hidden('opportunity', 'stage')],
      system: ['viewAudit'],
    }),
  ]);
  await people.settle();
  const audited = async (who: { token: string }, action: string) =>
    (
      await as(who.token, 'GET', `/audit?object=opportunity&record=${deal.id}&action=${action}`)
    ).body.data.map((e: { verb: string }) => e.verb);
  expect([await audited(company, 'won'), await audited(company, 'updated')]).toEqual([['won'], []]);
  expect([await audited(auditor, 'won'), await audited(auditor, 'updated')]).toEqual([[], ['updated']]);
  const dateless = await somebody([hidden('opportunity', 'closeDate')]);
  const { data } = (await as(dateless.token, 'GET', `/opportunities/${deal.id}/stage-history`)).body;
  expect(data.map((h: { enteredAt: unknown; leftAt: unknown }) => [h.enteredAt !== null, h.leftAt])).toEqual([
    [true, null],
    [false, null],
  ]);
  await as(company.token, 'DELETE', `/opportunities/${deal.id}`);
});

test.each([
  ['whose stage is hidden', () => somebody([hidden('opportunity', 'stage')])],
  ['who changes deals without reading them', () => somebody([], { opportunity: 'none' })],
])('a user %s cannot tell by a refusal what the pipeline lacks', async (_, who) => {
  const dealIn = async (...categories: string[]) => {
    const pipeline = (await made('/pipelines', { name: `Pipeline ${crypto.randomUUID()}` })).id;
    const stages = [];
    for (const category of categories)
      stages.push((await made('/stages', { pipeline, name: category, category })).id);
    return (await made('/opportunities', { stage: stages[0], owner: company.memberId })).id as string;
  };
  const [whole, lacking] = [await dealIn('open', 'won'), await dealIn('open')];
  const win = async (user: { token: string }, id: string) => {
    const { status, body } = await as(user.token, 'POST', `/opportunities/${id}/win`, {});
    return { status, body: { ...body, correlationId: '' } };
  };
  expect(await win(company, lacking)).toMatchObject({ status: 409, body: { code: 'stageMissing' } });
  const viewer = await who();
  const refused = await win(viewer, whole);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(await win(viewer, lacking)).toEqual(refused);
});

test('the references of a record that one may change but not read cannot be guessed', async () => {
  const viewer = await somebody([], { opportunity: 'none', account: 'none', stage: 'none' });
  const other = (await made('/accounts', { name: 'Thistledown Works' })).id;
  const deal = (await as(company.token, 'GET', `/opportunities/${typed}`)).body;
  const stages = (await as(company.token, 'GET', '/stages?limit=50')).body.data as { id: string }[];
  const elsewhere = stages.find(({ id }) => id !== deal.stage.id)!.id;
  for (const [field, right, wrong] of [
    ['account', account.id, other],
    ['stage', deal.stage.id, elsewhere],
  ]) {
    const answer = async (value: string) => {
      const { status, body } = await as(viewer.token, 'PATCH', `/opportunities/${typed}`, {
        [field!]: value,
      });
      return [status, { ...body, correlationId: '' }];
    };
    const refused = await answer(wrong!);
    expect(refused[0], field).toBe(422);
    expect(await answer(right!), field).toEqual(refused);
  }
});

test('if references are hidden, no verb reveals that a record was linked, unlinked or linked again', async () => {
  const [home, other] = [
    await made('/accounts', { name: 'Home' }),
    await made('/accounts', { name: 'Other' }),
  ];
  const first = await made('/contacts', { lastName: 'First', account: home.id });
  const contact = await made('/contacts', { lastName: 'Second', account: home.id, role: 'Buyer' });
  await as(company.token, 'PUT', `/accounts/${home.id}/contacts/${contact.id}`, { isPrimary: true });
  await as(company.token, 'PUT', `/accounts/${other.id}/contacts/${first.id}`, {});
  await as(company.token, 'DELETE', `/accounts/${other.id}?referrers=unlink`);
  await as(company.token, 'POST', `/accounts/${other.id}/restore`);
  const verbs = async (viewer: Colleague, id: string) =>
    (await as(viewer.token, 'GET', `/contacts/${id}/history`)).body.data.map((e: { verb: string }) => e.verb);
  const seeing = await somebody([]);
  expect(await verbs(seeing, first.id)).toEqual([
    'relinked',
    'unlinked',
    'contactLinked',
    'primaryReplaced',
    'created',
  ]);
  const blind = await somebody([hidden('contact', 'account')]);
  expect(await verbs(blind, first.id)).toEqual(['updated', 'updated', 'updated', 'updated', 'created']);
  expect(await verbs(blind, contact.id)).toEqual(['updated', 'created']);
  expect((await as(blind.token, 'GET', `/contacts/${contact.id}`)).body).not.toHaveProperty('role');
  for (const { id } of [home, other]) await as(company.token, 'DELETE', `/accounts/${id}?referrers=delete`);
});
