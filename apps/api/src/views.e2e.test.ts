import { AccessDirectory } from '@pellucid/platform/access';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
let team: string;
let repRole: string;
/** Reads and changes accounts. */
let ann: Colleague;
/** The same, in the team. */
let ben: Colleague;
/** Sees no revenue of accounts, and only masked phone numbers. */
let cleo: Colleague;
/** Manages shared views. */
let max: Colleague;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  await people.customFields('account', { region: ['text'], size: ['number'] });
  const permissions = ['read', 'create', 'update', 'delete', 'bulk'].map((action) => ({
    object: 'account',
    action,
    scope: 'all' as const,
  }));
  repRole = await people.role({ permissions });
  const blind = await people.role({
    permissions,
    fields: [
      { object: 'account', field: 'annualRevenue', access: 'hidden' },
      { object: 'account', field: 'phone', access: 'mask' },
    ],
  });
  const manager = await people.role({ permissions, system: ['manageViews'] });
  team = await people.team();
  [ann, ben] = [await people.colleague([repRole]), await people.colleague([repRole], { teamId: team })];
  [cleo, max] = [await people.colleague([blind]), await people.colleague([manager])];
  await know();
  for (const [name, annualRevenue, region] of [
    ['Alpha', '100', 'north'],
    ['Beta', '900', 'south'],
    ['Gamma', '500', 'north'],
  ])
    await as(company, 'POST', '/accounts', { name, annualRevenue, custom: { region } });
});
afterAll(async () => {
  await people?.end();
});

/** Makes the API see at once what was written to the database directly. */
const know = async () => {
  await people.sql('update tenant set access_version = access_version + 1 where id = $1', [company.tenantId]);
  api.app.get(AccessDirectory).forget(company.tenantId);
};
const as = (who: { token: string }, method: string, path: string, body?: unknown, headers = {}) =>
  api.call(method, path, { token: who.token, body, headers });
const save = (who: { token: string }, view: object) =>
  as(who, 'POST', '/views', { object: 'account', name: 'A view', ...view });
const saved = async (who: { token: string }, view: object): Promise<string> => {
  const made = await save(who, view);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body.id;
};
const names = async (who: { token: string }, view: string, more = '') =>
  (await as(who, 'GET', `/accounts?view=${view}${more}`)).body.data.map((row: { name: string }) => row.name);
const refusal = ({ status, body }: { status: number; body: any }) => [
  status,
  body.errors?.[0]?.pointer ?? '',
  body.errors?.[0]?.code ?? body.code,
];
const rich = { field: 'annualRevenue', op: 'gte', value: '500' };
const north = { field: 'custom.region', op: 'eq', value: 'north' };

test('a saved view is read back whole, and lists and aggregates show what it says', async () => {
  const content = {
    filter: { all: [rich] },
    sort: '-name',
    columns: [
      { field: 'name', width: 240, isPinned: true },
      { field: 'annualRevenue', width: 120 },
    ],
    group: { field: 'custom.region', totals: [{ fn: 'sum', field: 'annualRevenue' }] },
    rowHeight: 'tall',
    colours: [{ when: rich, colour: 'green' }],
    board: { field: 'industry', columns: [{ value: null, isHidden: true }] },
    calendar: { field: 'createdAt' },
  };
  const made = await save(ann, { name: ' Rich ', content });
  expect(made.status).toBe(201);
  const { id } = made.body;
  const read = (await as(ann, 'GET', `/views/${id}`)).body;
  expect(read).toMatchObject({
    name: 'Rich',
    kind: 'list',
    content,
    notes: { withheld: [], gone: [] },
    mayChange: true,
    owner: { id: ann.memberId },
    version: 1,
  });
  expect(await names(ann, id)).toEqual(['Gamma', 'Beta']);
  const { data } = (await as(ann, 'POST', '/accounts/query', { view: id, sort: 'name' })).body;
  expect(data.map((row: object) => [(row as any).name, Object.keys(row).includes('industry')])).toEqual([
    ['Beta', false],
    ['Gamma', false],
  ]);
  // The filter of the request applies as well.
  expect(await names(ann, id, `&filter=${encodeURIComponent(JSON.stringify(north))}`)).toEqual(['Gamma']);
  const sums = await as(ann, 'POST', '/accounts/aggregate', {
    view: id,
    measures: [{ fn: 'count' }, { fn: 'sum', field: 'annualRevenue' }],
  });
  expect(sums.body.totals).toEqual([2, '1400.00']);
});

test('pages of a view go on where the last one ended', async () => {
  const view = await saved(ann, { content: { sort: '-custom.region,name' } });
  const first = (await as(ann, 'GET', `/accounts?view=${view}&limit=2`)).body;
  const rest = (await as(ann, 'GET', `/accounts?view=${view}&limit=2&cursor=${first.page.nextCursor}`)).body;
  expect([...first.data, ...rest.data].map(({ name }: { name: string }) => name)).toEqual([
    'Beta',
    'Alpha',
    'Gamma',
  ]);
});

test('a private view is nobody else’s', async () => {
  const view = await saved(ann, {});
  for (const other of [ben, max, company])
    expect([
      (await as(other, 'GET', `/views/${view}`)).status,
      (await as(other, 'PATCH', `/views/${view}`, { name: 'Mine' })).status,
      (await as(other, 'DELETE', `/views/${view}`)).status,
      (await as(other, 'PUT', `/views/${view}/pin`)).status,
      (await as(other, 'GET', `/accounts?view=${view}`)).status,
      (await as(other, 'POST', '/accounts/aggregate', { view })).status,
    ]).toEqual([404, 404, 404, 404, 404, 404]);
  const { data } = (await as(ben, 'GET', '/views?object=account')).body;
  expect(data.map(({ id }: { id: string }) => id)).not.toContain(view);
});

test('everybody shares with single people, and only managers of views with teams and everyone', async () => {
  const withBen = { with: [{ kind: 'member', id: ben.memberId }] };
  const view = await saved(ann, { sharing: withBen });
  expect((await as(ben, 'GET', `/views/${view}`)).body).toMatchObject({ mayChange: false });
  expect((await as(ben, 'PATCH', `/views/${view}`, { name: 'Mine' })).body.code).toBe('viewNotYours');
  expect((await as(max, 'GET', `/views/${view}`)).status).toBe(404);
  const withTeam = { with: [{ kind: 'team', id: team }] };
  for (const sharing of [withTeam, { everyone: true }]) {
    expect((await save(ann, { sharing })).body.code).toBe('permissionMissing');
    expect((await as(ann, 'PATCH', `/views/${view}`, { sharing })).body.code).toBe('permissionMissing');
  }
  const teams = await saved(max, { sharing: withTeam });
  expect((await as(ben, 'GET', `/views/${teams}`)).body.sharing.with).toEqual([
    expect.objectContaining({ kind: 'team', id: team }),
  ]);
  expect((await as(ann, 'GET', `/views/${teams}`)).status).toBe(404);
  const all = await saved(max, { sharing: { everyone: true } });
  for (const one of [ann, ben, cleo]) expect((await as(one, 'GET', `/views/${all}`)).status).toBe(200);
  const stranger = { with: [{ kind: 'member', id: company.tenantId }] };
  expect(refusal(await save(ann, { sharing: stranger }))).toEqual([
    422,
    '/sharing/with/0/id',
    'unknownReference',
  ]);
});

test('a condition, order or figure that a reader may not use is left out and not named', async () => {
  const view = await saved(max, {
    name: 'For all',
    sharing: { everyone: true },
    content: {
      filter: { all: [rich, north] },
      sort: '-annualRevenue,name',
      columns: [{ field: 'name' }, { field: 'annualRevenue' }, { field: 'phone' }],
      group: { field: 'custom.region', totals: [{ fn: 'sum', field: 'annualRevenue' }] },
      colours: [{ when: rich, colour: 'green' }],
    },
  });
  expect(await names(ann, view)).toEqual(['Gamma']);
  const read = (await as(cleo, 'GET', `/views/${view}`)).body;
  expect(read.content).toEqual({
    filter: { all: [north] },
    sort: 'name',
    columns: [{ field: 'name' }, { field: 'phone' }],
    group: { field: 'custom.region', totals: [] },
  });
  expect(read.notes).toEqual({ withheld: ['filter', 'sort', 'group', 'colours'], gone: [] });
  const listed = await as(cleo, 'GET', `/accounts?view=${view}`);
  expect(listed.body.data.map(({ name }: { name: string }) => name)).toEqual(['Alpha', 'Gamma']);
  expect(listed.body.meta.view.withheld).toContain('filter');
  const told = JSON.stringify([read, listed.body, (await as(cleo, 'GET', '/views')).body]);
  expect(told).not.toContain('annualRevenue');
  const counted = (await as(cleo, 'POST', '/accounts/aggregate', { view })).body;
  expect([counted.totals, counted.meta.view.withheld.includes('filter')]).toEqual([[2], true]);
});

test('a part that is not seen in full can’t be replaced, and others can', async () => {
  const view = await saved(max, {
    sharing: { everyone: true },
    content: { filter: { all: [rich, north] }, sort: 'name' },
  });
  const blindManager = await people.colleague([
    await people.role({
      permissions: [{ object: 'account', action: 'read', scope: 'all' }],
      system: ['manageViews'],
      fields: [{ object: 'account', field: 'annualRevenue', access: 'hidden' }],
    }),
  ]);
  await know();
  const change = (content: object) => as(blindManager, 'PATCH', `/views/${view}`, { content });
  expect((await change({ filter: north })).body.code).toBe('viewPartWithheld');
  expect((await change({ filter: null })).body.code).toBe('viewPartWithheld');
  expect((await change({ sort: '-name' })).status).toBe(200);
  expect((await as(max, 'GET', `/views/${view}`)).body.content).toEqual({
    filter: { all: [rich, north] },
    sort: '-name',
  });
});

test('columns that somebody does not see stay where they are when they arrange the others', async () => {
  const columns = ['name', 'annualRevenue', 'city', 'website'].map((field) => ({ field }));
  const view = await saved(max, { sharing: { everyone: true }, content: { columns } });
  const blindManager = await people.colleague([
    await people.role({
      permissions: [{ object: 'account', action: 'read', scope: 'all' }],
      system: ['manageViews'],
      fields: ['annualRevenue', 'website'].map((field) => ({ object: 'account', field, access: 'hidden' })),
    }),
  ]);
  await know();
  const arranged = await as(blindManager, 'PATCH', `/views/${view}`, {
    content: { columns: [{ field: 'city', width: 300 }, { field: 'phone' }, { field: 'name' }] },
  });
  expect(arranged.body.content.columns.map(({ field }: any) => field)).toEqual(['city', 'phone', 'name']);
  expect((await as(max, 'GET', `/views/${view}`)).body.content.columns).toEqual([
    { field: 'city', width: 300 },
    { field: 'website' },
    { field: 'phone' },
    { field: 'name' },
    { field: 'annualRevenue' },
  ]);
});

test('a repeated deletion answers like the first, and nobody pins a view that is being deleted', async () => {
  const view = await saved(max, { sharing: { everyone: true } });
  const key = { 'idempotency-key': 'delete-view' };
  for (const _ of ['first', 'again'])
    expect((await as(max, 'DELETE', `/views/${view}`, undefined, key)).status).toBe(204);
  expect((await as(ann, 'PUT', `/views/${view}/pin`)).status).toBe(404);
});

test('private views of others are in the way of deleting a field until one leaves them, and are not named', async () => {
  await people.customFields('contact', { hobby: ['text'] });
  const permissions = [{ object: 'contact', action: 'read', scope: 'all' as const }];
  const [rep, admin] = [
    await people.colleague([await people.role({ permissions })]),
    await people.colleague([await people.role({ permissions, system: ['manageFields'] })]),
  ];
  await know();
  const filter = { field: 'custom.hobby', op: 'eq', value: 'chess' };
  const view = await saved(rep, { object: 'contact', name: 'Chess players', content: { filter } });
  const { id } = (await as(admin, 'GET', '/custom-fields?object=contact')).body.data[0];
  const refused = await as(admin, 'DELETE', `/custom-fields/${id}`);
  expect([refused.status, refused.body.code]).toEqual([409, 'fieldInUse']);
  expect(refused.body.uses).toEqual([{ kind: 'view', name: '1 personal view of others', isPersonal: true }]);
  expect((await as(admin, 'DELETE', `/custom-fields/${id}?personalUses=leave`)).status).toBe(204);
  const left = (await as(rep, 'GET', `/views/${view}`)).body;
  expect([left.content, left.notes.gone]).toEqual([{}, [{ part: 'filter', label: 'hobby' }]]);
  await as(admin, 'POST', `/custom-fields/${id}/restore`);
  expect((await as(rep, 'GET', `/views/${view}`)).body.content).toEqual({ filter });
});

test('a view can’t be saved with a field that its author may not use, or that does not fit', async () => {
  for (const [content, at, code] of [
    [{ filter: { all: [rich] } }, '/content/filter/all/0', 'fieldNotInClear'],
    [{ sort: 'phone' }, '/content/sort', 'fieldNotInClear'],
    [{ columns: [{ field: 'annualRevenue' }] }, '/content/columns/0/field', 'fieldNotInClear'],
    [{ columns: [{ field: 'nothing' }] }, '/content/columns/0/field', 'fieldNotUsable'],
    [{ filter: { field: '__proto__', op: 'exists' } }, '/content/filter/field', 'invalid'],
    [{ calendar: { field: 'name' } }, '/content/calendar/field', 'fieldNotUsable'],
    [{ board: { field: 'notes.more' } }, '/content/board/field', 'fieldNotUsable'],
  ] as const) {
    const [status, pointer, given] = refusal(await save(cleo, { content }));
    expect([status, pointer]).toEqual([422, at]);
    if (code !== 'invalid') expect(given).toBe(code);
  }
  expect(refusal(await save(ann, { object: 'unicorn' }))).toEqual([422, '/object', 'unknownObject']);
  // No right to view products.
  expect(refusal(await save(ann, { object: 'product' }))).toEqual([422, '/object', 'unknownObject']);
});

test('a field that is gone leaves its piece out, is named to who saved it, and comes back with it', async () => {
  const big = { field: 'custom.size', op: 'gte', value: 10 };
  const view = await saved(max, {
    sharing: { everyone: true },
    content: {
      filter: { all: [north, big] },
      sort: 'custom.size,name',
      columns: [{ field: 'name' }, { field: 'custom.size' }],
    },
  });
  const deleteField = (at: string) =>
    people.sql(
      `update custom_field set deleted_at = ${at} where tenant_id = $1 and object = 'account' and name = 'size' returning label`,
      [company.tenantId],
    );
  const {
    rows: [definition],
  } = await deleteField('now()');
  await know();
  const mine = (await as(max, 'GET', `/views/${view}`)).body;
  expect(mine.content).toEqual({ filter: { all: [north] }, sort: 'name', columns: [{ field: 'name' }] });
  const label = expect.any(String);
  expect(mine.notes).toEqual({
    withheld: [],
    gone: ['filter', 'sort', 'columns'].map((part) => ({ part, label })),
  });
  expect(mine.notes.gone[0].label).toBe(definition.label);
  // Somebody else may not have seen the field.
  expect((await as(ann, 'GET', `/views/${view}`)).body.notes.gone[0]).toEqual({
    part: 'filter',
    label: null,
  });
  expect(await names(ann, view)).toEqual(['Alpha', 'Gamma']);
  // A change of another part loses nothing.
  expect((await as(max, 'PATCH', `/views/${view}`, { content: { rowHeight: 'tall' } })).status).toBe(200);
  await deleteField('null');
  await know();
  const back = (await as(max, 'GET', `/views/${view}`)).body;
  expect([back.content.filter, back.content.sort, back.notes.gone]).toEqual([
    { all: [north, big] },
    'custom.size,name',
    [],
  ]);
});

test('bulk work takes a view in full or not at all: it would reach more records than the view means', async () => {
  const view = await saved(max, { sharing: { everyone: true }, content: { filter: { all: [north, rich] } } });
  const work = { action: 'update', view, changes: { city: 'Zug' } };
  for (const path of ['/accounts/bulk', '/accounts/bulk/preview']) {
    const refused = await as(cleo, 'POST', path, work);
    expect([refused.status, refused.body.code]).toEqual([409, 'viewNotApplicable']);
  }
  const { status, body } = await as(ann, 'POST', '/accounts/bulk', work);
  expect([status, body.counts]).toEqual([200, { total: 1, updated: 1 }]);
  const within = { ...work, filter: { field: 'name', op: 'eq', value: 'Alpha' }, changes: { city: 'Bern' } };
  expect((await as(ann, 'POST', '/accounts/bulk', within)).body.counts).toEqual({ total: 0 });
  const whole = await saved(ann, { content: { sort: 'name' } });
  const all = (await as(ann, 'GET', '/accounts')).body.data.length;
  const { total } = (await as(ann, 'POST', '/accounts/bulk/preview', { ...work, view: whole })).body;
  expect(total).toBe(all);
});

test('of two changes at once, the second is refused with the current view', async () => {
  const view = await saved(ann, { name: 'First' });
  expect((await as(ann, 'PATCH', `/views/${view}`, { name: 'Second' }, { 'if-match': '"1"' })).status).toBe(
    200,
  );
  const late = await as(ann, 'PATCH', `/views/${view}`, { name: 'Third' }, { 'if-match': '"1"' });
  expect([late.status, late.body.current.name]).toEqual([412, 'Second']);
});

test('a role starts with its default view, and a view that is no longer everybody’s is no default', async () => {
  const view = await saved(max, {
    sharing: { everyone: true },
    defaultForRoles: [repRole],
    isPinnedForAll: true,
  });
  const start = async (who: { token: string }) =>
    (await as(who, 'GET', '/views?object=account')).body.defaultView;
  expect([await start(ann), await start(cleo)]).toEqual([view, null]);
  const other = await saved(max, { sharing: { everyone: true }, defaultForRoles: [repRole] });
  expect(await start(ann)).toBe(other);
  expect(
    refusal(await as(max, 'PATCH', `/views/${other}`, { sharing: {}, defaultForRoles: [repRole] })),
  ).toEqual([422, '/defaultForRoles', 'notForEveryone']);
  expect((await as(max, 'PATCH', `/views/${other}`, { sharing: {} })).body).toMatchObject({
    defaultForRoles: [],
    isPinnedForAll: false,
  });
  expect(await start(ann)).toBeNull();
  expect((await as(ann, 'PATCH', `/views/${view}`, { isPinnedForAll: false })).body.code).toBe(
    'viewNotYours',
  );
  expect((await save(max, { sharing: { everyone: true }, defaultForRoles: [team] })).status).toBe(422);
  await as(max, 'DELETE', `/views/${view}`);
});

test('pins are a person’s own', async () => {
  const view = await saved(max, { sharing: { everyone: true } });
  const pinned = async (who: { token: string }) =>
    (await as(who, 'GET', '/views?pinned=true')).body.data.map(({ id }: { id: string }) => id);
  expect((await as(ann, 'PUT', `/views/${view}/pin`)).status).toBe(204);
  expect((await as(ann, 'PUT', `/views/${view}/pin`)).status).toBe(204);
  expect([await pinned(ann), await pinned(ben)]).toEqual([[view], []]);
  await as(max, 'PATCH', `/views/${view}`, { isPinnedForAll: true });
  expect([await pinned(ann), await pinned(ben)]).toEqual([[view], [view]]);
  expect((await as(ann, 'DELETE', `/views/${view}/pin`)).status).toBe(204);
  expect((await as(ann, 'GET', `/views/${view}`)).body.isPinned).toBe(false);
  expect((await as(max, 'DELETE', `/views/${view}`)).status).toBe(204);
  expect(await pinned(ben)).toEqual([]);
});

test('the log names what changed of shared views, without values', async () => {
  const view = await saved(max, {
    name: 'Logged',
    sharing: { everyone: true },
    content: { filter: { field: 'phone', op: 'eq', value: '+4915112345678' } },
  });
  await as(max, 'PATCH', `/views/${view}`, { content: { filter: null, sort: 'name' } });
  await as(max, 'DELETE', `/views/${view}`);
  const mine = await saved(max, {});
  const { rows: events } = await people.sql(
    `select verb, changes from record_event where tenant_id = $1 and object = 'security.view' and record_id = any($2::uuid[]) order by id`,
    [company.tenantId, [view, mine]],
  );
  expect(events.map(({ verb }) => verb)).toEqual(['viewCreated', 'viewChanged', 'viewDeleted']);
  expect(events[1].changes).toEqual({ parts: { after: ['filter', 'sort'] } });
  expect(JSON.stringify(events)).not.toContain('49151');
});

test('an API key makes shared views only', async () => {
  const [role] = (await as(company, 'GET', '/roles')).body.data;
  const { key } = (await as(company, 'POST', '/api-keys', { name: 'Sync', roleId: role.id })).body;
  expect(refusal(await save({ token: key }, {}))).toEqual([422, '/sharing', 'required']);
  const view = await saved({ token: key }, { sharing: { everyone: true } });
  expect((await as(ann, 'GET', `/views/${view}`)).body.owner).toBeNull();
  expect((await as({ token: key }, 'PUT', `/views/${view}/pin`)).status).toBe(403);
});
