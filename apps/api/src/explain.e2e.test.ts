import type { FieldLevel, Permission, Scope } from '@pellucid/platform/access';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textWithoutIds } from './testing/answer-texts.js';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
});
afterAll(async () => {
  await people.end();
});

const as = (token: string, method: string, path: string, body?: unknown) =>
  api.call(method, path, { token, body });
type Query = Record<string, string>;
const explain = async (query: Query, token = company.token, headers: Query = {}) =>
  api.call('GET', `/access/explain?${new URLSearchParams(query)}`, { token, headers });
const rightsTo = async (record: string, token: string, headers: Query = {}) =>
  api.call('GET', `/access/rights?object=account&record=${record}`, { token, headers });

test('rights, explanations and enforcement agree, for random roles, records, actions and fields', async () => {
  const teams = [await people.team()];
  teams.push(await people.team({ parentId: teams[0]! }));
  const scopes: Scope[] = ['none', 'own', 'team', 'teamAndBelow', 'legalEntity', 'all'];
  const levels: FieldLevel[] = ['hidden', 'mask', 'view', 'edit'];
  const fields = ['name', 'phone', 'email', 'employees', 'website', 'owner'];
  const permission = fc.record({
    object: fc.constant('account'),
    action: fc.constantFrom('read', 'read', 'read', 'update', 'update', 'delete', 'assign'),
    scope: fc.constantFrom(...scopes),
    condition: fc.option(
      fc.constantFrom<Permission['condition'][]>(
        { field: 'employees', op: 'lt', value: 100 },
        { not: { field: 'industry', op: 'eq', value: 'Finance' } },
        {
          any: [
            { field: 'phone', op: 'exists' },
            { field: 'employees', op: 'gte', value: 100 },
          ],
        },
      ),
      { nil: undefined },
    ),
  });
  const roles = fc.sample(
    fc.record({
      permissions: fc.array(permission, { minLength: 2, maxLength: 6 }),
      fields: fc.array(
        fc.record({
          object: fc.constant('account'),
          field: fc.constantFrom(...fields, '*'),
          access: fc.constantFrom(...levels),
        }),
        { minLength: 3, maxLength: 6 },
      ),
    }),
    { numRuns: 14, seed: 20_261 },
  );
  const roleIds: string[] = [];
  for (const role of roles)
    roleIds.push(
      await people.role({
        permissions: [
          ...(role.permissions as Permission[]),
          { object: 'member', action: 'read', scope: 'all' },
        ],
        fields: role.fields.filter((f, i) => role.fields.findIndex((g) => g.field === f.field) === i),
      }),
    );
  const colleagues: Colleague[] = [];
  for (let i = 0; i < 12; i++)
    colleagues.push(
      await people.colleague(
        [roleIds[i]!, ...(i % 2 ? [roleIds[(i + 5) % roleIds.length]!] : [])],
        i % 3 ? { teamId: teams[i % 2]! } : {},
      ),
    );
  const records: string[] = [];
  for (let i = 0; i < 16; i++) {
    const made = await as(company.token, 'POST', '/accounts', {
      name: `Account ${i}`,
      phone: i % 3 ? `+49 40 555 ${1000 + i}` : null,
      email: `office-${i}@example.com`,
      employees: i * 13,
      website: `https://office-${i}.example`,
      industry: i % 4 ? 'Retail' : 'Finance',
      owner: i % 5 ? colleagues[i % colleagues.length]!.memberId : null,
    });
    expect(made.status).toBe(201);
    records.push(made.body.id);
    if (i % 4 === 1)
      await people.share(
        'account',
        made.body.id,
        { kind: 'member', id: colleagues[(i + 3) % colleagues.length]!.memberId },
        i % 8 === 1 ? 'edit' : 'read',
      );
  }
  await people.settle();

  let compared = 0;
  const seen = new Set<string>();
  for (const colleague of colleagues) {
    const list = await as(colleague.token, 'GET', '/accounts?limit=200');
    const listed = new Set<string>(
      list.status === 200 ? list.body.data.map((r: { id: string }) => r.id) : [],
    );
    for (const [i, record] of records.entries()) {
      const about = { subject: colleague.memberId, object: 'account', record };
      const read = (await explain({ ...about, action: 'read' })).body;
      const shown = await as(colleague.token, 'GET', `/accounts/${record}`);
      expect([read.allowed, listed.has(record)], JSON.stringify(read)).toEqual([
        shown.status === 200,
        shown.status === 200,
      ]);
      const field = fields[i % fields.length]!;
      const why = (await explain({ ...about, action: 'read', field })).body;
      if (shown.status === 200) {
        const level = shown.body.meta?.access?.[field] ?? 'clear';
        const expected = why.effect === 'edit' || why.effect === 'view' ? 'clear' : why.effect;
        expect(level, JSON.stringify(why)).toBe(expected);
      } else expect(why.allowed).toBe(false);
      const rights = await rightsTo(record, colleague.token);
      expect(rights.status).toBe(shown.status === 200 ? 200 : 404);
      const actions: Record<string, boolean> = rights.status === 200 ? rights.body.actions : {};
      for (const action of ['read', 'update', 'delete', 'assign'])
        if (rights.status === 200)
          expect(actions[action], action).toBe((await explain({ ...about, action })).body.allowed);
      const right = rights.body.fields?.[field];
      if (rights.status === 200) {
        expect(right).toBe(why.effect);
        for (const [key, level] of Object.entries(rights.body.fields)) {
          const isClear = level === 'edit' || level === 'view';
          // A reference to a record that they may not see comes without a name, whatever the field.
          const isUnnamed = shown.body[key]?.name === '';
          const note = isUnnamed && isClear ? 'clear' : (shown.body.meta?.access?.[key] ?? 'clear');
          expect(isClear ? 'clear' : level, key).toBe(note);
          seen.add(`shown/${level}`);
        }
      }

      // Writes back the values read, so that records stay as they are.
      const current = (await as(company.token, 'GET', `/accounts/${record}`)).body;
      const update = (await explain({ ...about, action: 'update', field })).body;
      const given = field === 'owner' ? (current.owner?.id ?? null) : current[field];
      const others: Record<string, unknown> = {
        employees: current.employees + 1000,
        owner: colleagues.find(({ memberId }) => memberId !== given)!.memberId,
      };
      const other = others[field] ?? `${given ?? '+49 40 1'}0`;
      const written = await as(colleague.token, 'PATCH', `/accounts/${record}`, { [field]: other });
      if (written.status === 200) await as(company.token, 'PATCH', `/accounts/${record}`, { [field]: given });
      const isPolicy = written.body.errors?.some((e: { code: string }) => e.code === 'policyForbids');
      if (!isPolicy) {
        expect(
          update.allowed,
          `${written.status} ${JSON.stringify(written.body)} ${JSON.stringify(update)}`,
        ).toBe(written.status === 200);
        if (right === 'edit' || right === 'view') expect(right === 'edit').toBe(written.status === 200);
        seen.add(`${field === 'owner' ? 'owner' : 'written'}/${right}`);
      }
      const remove = (await explain({ ...about, action: 'delete' })).body;
      const deleted = await as(colleague.token, 'DELETE', `/accounts/${record}`);
      expect(deleted.status < 300, JSON.stringify(deleted.body)).toBe(remove.allowed);
      if (remove.allowed) await as(company.token, 'POST', `/accounts/${record}/restore`);
      compared += 3;
      for (const answer of [read, why, update]) seen.add(`${answer.allowed}/${answer.effect}`);
      for (const answer of [read, why, update])
        if (!answer.allowed) expect(answer.wouldNeed, JSON.stringify(answer)).not.toEqual([]);
    }
  }
  expect(compared).toBe(12 * 16 * 3);
  // The sample must contain every case.
  for (const outcome of ['true/edit', 'true/view', 'true/mask', 'false/hidden'])
    expect([...seen]).toContain(outcome);
  for (const outcome of [
    'shown/hidden',
    'shown/mask',
    'written/edit',
    'written/view',
    'owner/edit',
    'owner/view',
  ])
    expect([...seen]).toContain(outcome);
});

test('steps name the role, the scope and the share that decided', async () => {
  const role = await people.role({
    permissions: [
      { object: 'account', action: 'read', scope: 'own' },
      {
        object: 'account',
        action: 'update',
        scope: 'own',
        condition: { field: 'employees', op: 'lt', value: 10 },
      },
    ],
    fields: [{ object: 'account', field: 'phone', access: 'mask' }],
  });
  const ann = await people.colleague([role]);
  const make = async (values: object) =>
    (await as(company.token, 'POST', '/accounts', { name: 'Steps', ...values })).body.id as string;
  const mine = await make({ owner: ann.memberId, employees: 50, phone: '+49 40 555 0237' });
  const other = await make({});
  const shared = await make({});
  await people.share('account', shared, { kind: 'member', id: ann.memberId }, 'read');
  await people.settle();
  const ask = async (record: string, action: string, field?: string) =>
    (await explain({ subject: ann.memberId, object: 'account', record, action, ...(field ? { field } : {}) }))
      .body;
  const outcomes = (of: { steps: { step: string; outcome: string }[] }) =>
    Object.fromEntries(of.steps.map((s) => [s.step, s.outcome]));

  const masked = await ask(mine, 'read', 'phone');
  expect(masked).toMatchObject({ allowed: true, effect: 'mask', record: { name: 'Steps' } });
  expect(outcomes(masked)).toMatchObject({ permission: 'yes', scope: 'yes', field: 'yes', mask: 'yes' });
  expect(textWithoutIds(masked)).not.toContain('0237');
  const policy = await ask(mine, 'update');
  expect(policy).toMatchObject({ allowed: false });
  expect(outcomes(policy)).toMatchObject({ scope: 'yes', policy: 'no' });
  expect(policy.steps.find((s: { step: string }) => s.step === 'policy').because).toContain('Employees');
  const out = await ask(other, 'read');
  expect(outcomes(out)).toMatchObject({ scope: 'no', sharing: 'no' });
  expect(out.wouldNeed.map((w: { code: string }) => w.code)).toEqual([
    'needsScope',
    'needsOwnership',
    'needsShare',
  ]);
  expect(outcomes(await ask(shared, 'read'))).toMatchObject({ scope: 'no', sharing: 'yes' });
  expect((await ask(shared, 'read')).allowed).toBe(true);
  expect(await ask(mine, 'delete')).toMatchObject({ allowed: false, effect: 'hidden' });

  // Who sees it: the administrator unmasked, Ann masked, and nobody to whom it is hidden.
  const who = (await as(company.token, 'GET', `/access/who?object=account&record=${mine}&field=phone`)).body
    .data;
  expect(who.map((v: { subject: { id: string }; effect: string }) => [v.subject.id, v.effect])).toEqual(
    expect.arrayContaining([
      [company.memberId, 'edit'],
      [ann.memberId, 'mask'],
    ]),
  );
});

test('users may ask about themselves, learn nothing of records out of reach, and need a right to ask about others', async () => {
  const role = await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'own' }] });
  const ben = await people.colleague([role]);
  const foreign = (await as(company.token, 'POST', '/accounts', { name: 'Unseen Ltd' })).body.id as string;
  await people.settle();
  const own = await explain({ object: 'account', record: foreign, action: 'read' }, ben.token);
  const missing = await explain(
    { object: 'account', record: crypto.randomUUID(), action: 'read' },
    ben.token,
  );
  expect(own.status).toBe(200);
  expect(own.body).toEqual(missing.body);
  expect(JSON.stringify(own.body)).not.toContain('Unseen');
  expect((await explain({ subject: company.memberId, object: 'account' }, ben.token)).body.code).toBe(
    'explainForbidden',
  );
  expect((await as(ben.token, 'GET', `/access/who?object=account&record=${foreign}`)).status).toBe(404);
  expect((await explain({ object: 'account', action: 'fly' })).status).toBe(422);
  expect((await explain({ object: 'account', field: 'wings' })).status).toBe(422);
  expect((await explain({ object: 'wings' })).status).toBe(404);
  expect((await explain({ subject: crypto.randomUUID(), object: 'account' })).status).toBe(404);
});

test('fields are described by the highest level that roles give anywhere, and filters by the lowest', async () => {
  const wide = await people.role({
    permissions: [
      { object: 'account', action: 'read', scope: 'all' },
      { object: 'account', action: 'update', scope: 'all' },
    ],
    fields: [
      { object: 'account', field: 'phone', access: 'hidden' },
      { object: 'account', field: 'email', access: 'mask' },
      { object: 'account', field: 'website', access: 'hidden' },
      { object: 'account', field: 'employees', access: 'view' },
      { object: 'account', field: 'parent', access: 'view' },
      { object: 'account', field: 'industry', access: 'view' },
    ],
  });
  const narrow = await people.role({
    permissions: [
      { object: 'account', action: 'read', scope: 'own' },
      { object: 'account', action: 'update', scope: 'own' },
    ],
    fields: [
      { object: 'account', field: 'website', access: 'hidden' },
      { object: 'account', field: 'email', access: 'mask' },
      { object: 'account', field: 'industry', access: 'view' },
    ],
  });
  const cleo = await people.colleague([wide, narrow]);
  const make = async (owner: string | null) =>
    (await as(company.token, 'POST', '/accounts', { name: 'Described', phone: '+49 40 1', owner })).body.id;
  const [own, foreign] = [await make(cleo.memberId), await make(null)];
  await people.settle();

  const described = (await as(cleo.token, 'GET', '/objects/account')).body;
  const told = (key: string) => described.fields.find((f: { key: string }) => f.key === key);
  expect(told('phone')).toMatchObject({ access: 'clear', readOnly: false, viewOnly: false });
  expect(told('phone')).toMatchObject({ filterable: false, sortable: false, importable: true, varies: true });
  expect(told('email')).toMatchObject({ access: 'mask', readOnly: true, viewOnly: true });
  expect(told('employees')).toMatchObject({ access: 'clear', readOnly: false, filterable: true });
  expect(told('industry')).toMatchObject({ access: 'clear', readOnly: true, viewOnly: true });
  expect(told('name')).toMatchObject({ readOnly: false, sortable: true, varies: false });
  expect(told('website')).toBeUndefined();
  expect(JSON.stringify(described)).not.toMatch(/website/i);
  const refused = await as(cleo.token, 'GET', '/accounts?sort=phone');
  expect(refused.status, JSON.stringify(refused.body)).toBe(422);

  const mine = (await rightsTo(own, cleo.token)).body;
  expect(mine.actions).toMatchObject({ read: true, update: true, delete: false, assign: false });
  expect(mine.fields).toMatchObject({ phone: 'edit', email: 'mask', website: 'hidden', employees: 'edit' });
  // Changing the owner takes another right. Nobody can change who created the record.
  expect(mine.fields).toMatchObject({ owner: 'view', industry: 'view', name: 'edit' });
  const theirs = (await rightsTo(foreign, cleo.token)).body;
  expect(theirs.actions).toMatchObject({ read: true, update: true, delete: false });
  expect(theirs.fields).toMatchObject({ phone: 'hidden', email: 'mask', employees: 'view', name: 'edit' });
  // References too can be written where the roles for that record allow it.
  expect([mine.fields.parent, theirs.fields.parent]).toEqual(['edit', 'view']);
  const link = (id: string, parent: string) => as(cleo.token, 'PATCH', `/accounts/${id}`, { parent });
  expect((await link(foreign, own)).body.errors).toMatchObject([{ code: 'fieldNotWritable' }]);
  const linked = await link(own, foreign);
  expect([linked.status, linked.body.parent?.id], JSON.stringify(linked.body)).toEqual([200, foreign]);
  const handOn = (
    await explain({ object: 'account', record: own, action: 'update', field: 'owner' }, cleo.token)
  ).body;
  expect(handOn.allowed).toBe(false);
  expect(handOn.wouldNeed).toMatchObject([{ code: 'needsPermission', params: { action: 'assign' } }]);

  expect((await rightsTo(crypto.randomUUID(), cleo.token)).status).toBe(404);
  const blind = await people.colleague([
    await people.role({ permissions: [{ object: 'account', action: 'update', scope: 'all' }] }),
  ]);
  await people.settle();
  expect((await rightsTo(own, blind.token)).status).toBe(404);
});

test('when viewing as a role, rights and reasons are those of the role', async () => {
  const role = await people.role({
    permissions: [
      { object: 'account', action: 'read', scope: 'all' },
      { object: 'account', action: 'update', scope: 'own' },
    ],
    fields: [{ object: 'account', field: 'phone', access: 'mask' }],
  });
  const make = async (owner: string | null) =>
    (await as(company.token, 'POST', '/accounts', { name: 'Looked at', owner })).body.id as string;
  const [own, foreign] = [await make(company.memberId), await make(null)];
  await people.settle();
  const through = { 'x-view-as-role': role };
  const ask = async (query: Query) =>
    (await explain({ object: 'account', ...query }, company.token, through)).body;

  expect((await rightsTo(foreign, company.token)).body.actions.update).toBe(true);
  const seen = (await rightsTo(foreign, company.token, through)).body;
  expect(seen.actions).toMatchObject({ read: true, update: false, delete: false });
  expect(seen.fields).toMatchObject({ name: 'view', phone: 'mask' });
  expect((await rightsTo(own, company.token, through)).body.fields).toMatchObject({ name: 'edit' });

  const why = await ask({ record: foreign, action: 'update' });
  const { name } = (await as(company.token, 'GET', `/roles/${role}`)).body;
  expect(why).toMatchObject({ allowed: false, subject: { kind: 'role', id: role, name } });
  expect(why.steps.map((s: { code: string }) => s.code)).toContain('roleViewed');
  expect(why.steps.map((s: { step: string }) => s.step)).not.toContain('membership');
  expect(why.steps.find((s: { step: string }) => s.step === 'scope')).toMatchObject({ outcome: 'no' });
  expect(await ask({ record: own, action: 'update' })).toMatchObject({ allowed: true, effect: 'edit' });
  expect(await ask({ record: own, action: 'read', field: 'phone' })).toMatchObject({ effect: 'mask' });
  expect(await ask({ record: own, subject: company.memberId })).toMatchObject({ code: 'explainForbidden' });
});
