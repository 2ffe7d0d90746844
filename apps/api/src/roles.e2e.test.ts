import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  AccessDirectory,
  OBJECT_ACTIONS,
  type Permission,
  SYSTEM_PERMISSIONS,
} from '@pellucid/platform/access';
import { EndpointRegistry } from '@pellucid/platform/http';
import { actionsOf, RecordRegistry } from '@pellucid/platform/records';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  registerCompany,
  sharedApi,
  type TestApi,
  testApi,
  type TestCompany,
} from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
/** Another replica on the same database. */
let replica: TestApi;
let owner: pg.Client;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  api = await sharedApi();
  replica = await testApi(api.database, [], api);
  owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await replica?.close();
});
beforeEach(async () => {
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
});
afterEach(() => people?.end());

const as = (who: { token: string }, method: string, path: string, body?: unknown, headers = {}) =>
  api.call(method, path, { token: who.token, body, headers });
const call = (method: string, path: string, body?: unknown, headers = {}) =>
  as(company, method, path, body, headers);
const roleOf = async (key: string) =>
  (await call('GET', '/roles')).body.data.find((role: { key: string }) => role.key === key);
const made = async (body: object): Promise<any> => {
  const answer = await call('POST', '/roles', { name: `Role ${randomUUID()}`, ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
/** A person with these roles. Both replicas see them at once. */
const join = async (roleIds: string[]): Promise<Colleague> => {
  const who = await people.colleague(roleIds);
  await people.sql('update tenant set access_version = access_version + 1 where id = $1', [company.tenantId]);
  for (const { app } of [api, replica]) app.get(AccessDirectory).forget(company.tenantId);
  return who;
};
const may = (object: string, action: string, scope = 'all', more = {}) => ({
  object,
  action,
  scope,
  ...more,
});
const pointersOf = (answer: { body: any }) =>
  answer.body.errors?.map((e: { pointer: string; code: string }) => [e.pointer, e.code]);
const eventsOf = async (verb: string) =>
  (
    await owner.query(
      'select object, record_id, changes from record_event where tenant_id = $1 and verb = $2 order by id',
      [company.tenantId, verb],
    )
  ).rows;

describe('making and changing roles', () => {
  test('a new role may do nothing, and is returned with all its parts', async () => {
    const role = await made({ name: 'Interns' });
    expect(role).toMatchObject({
      name: 'Interns',
      key: null,
      builtIn: false,
      editable: true,
      modified: false,
      permissions: [],
      system: [],
      fields: [],
      version: 1,
      members: 0,
      apiKeys: 0,
    });
    const intern = await join([role.id]);
    const { body } = await as(intern, 'GET', '/objects');
    expect(body.data).toEqual([]);
    expect((await as(intern, 'GET', '/accounts')).status).toBe(403);
    expect((await call('GET', `/roles/${role.id}`)).body.members).toBe(1);
  });

  test('the same Idempotency-Key makes one role', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const wish = { name: 'Once' };
    const [first, again] = [
      await call('POST', '/roles', wish, headers),
      await call('POST', '/roles', wish, headers),
    ];
    expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
  });

  test('a change takes effect within a second on another replica, for open sessions', async () => {
    const role = await made({ permissions: [may('account', 'read')] });
    const rep = await join([role.id]);
    const create = () =>
      replica.call('POST', '/accounts', { token: rep.token, body: { name: randomUUID() } });
    expect((await create()).status).toBe(403);
    const permissions = [may('account', 'read'), may('account', 'create')];
    const changed = await call('PATCH', `/roles/${role.id}`, { permissions });
    expect([changed.status, changed.body.permissions, changed.body.version]).toEqual([200, permissions, 2]);
    await vi.waitUntil(async () => (await create()).status === 201, { timeout: 60_000, interval: 50 });
  });

  test('fields left out stay, and a change to the same values is no change', async () => {
    const role = await made({ name: 'Still', permissions: [may('account', 'read')], system: ['viewAudit'] });
    const renamed = await call('PATCH', `/roles/${role.id}`, { name: 'Still here' });
    expect(renamed.body).toMatchObject({ permissions: role.permissions, system: ['viewAudit'], version: 2 });
    const same = await call('PATCH', `/roles/${role.id}`, { name: 'Still here' });
    expect(same.body.version).toBe(2);
  });

  test('a stale If-Match answers 412 with the current role', async () => {
    const role = await made({});
    await call('PATCH', `/roles/${role.id}`, { description: 'Theirs' });
    const stale = await call('PATCH', `/roles/${role.id}`, { description: 'Mine' }, { 'if-match': '"1"' });
    expect([stale.status, stale.body.code, stale.body.current.description]).toEqual([
      412,
      'versionConflict',
      'Theirs',
    ]);
    const fresh = await call('PATCH', `/roles/${role.id}`, { description: 'Mine' }, { 'if-match': '"2"' });
    expect([fresh.status, fresh.headers['etag']]).toEqual([200, '"3"']);
  });

  test('problems are reported at their fields', async () => {
    const wrong = {
      name: 'Wrong',
      permissions: [
        may('account', 'read'),
        may('planet', 'read'),
        may('account', 'convert'),
        may('account', 'read', 'galaxy'),
      ],
    };
    const scope = await call('POST', '/roles', wrong);
    expect([scope.status, pointersOf(scope)]).toEqual([422, [['/permissions/3/scope', 'invalid_value']]]);
    const rules = await call('POST', '/roles', {
      name: 'Wrong',
      permissions: [
        may('planet', 'read'),
        may('account', 'convert'),
        may('account', 'read', 'all', { condition: { field: 'owner.name', op: 'eq', value: 'x' } }),
        may('account', 'read', 'all', { condition: { field: 'employees', op: 'gt', value: 'many' } }),
        may('*', 'read', 'all', { condition: { field: 'name', op: 'eq', value: 'x' } }),
        may('account', 'create', 'all', { preset: { industri: 'x' } }),
        may('account', 'create', 'all', { preset: { employees: 'many' } }),
        may('account', 'read', 'all', { preset: { employees: 1 } }),
        may('lead', 'convert', 'own'),
      ],
      system: ['manageUsers', 'manageWeather'],
      fields: [
        { object: 'contact', field: 'email', access: 'mask' },
        { object: 'contact', field: 'emale', access: 'mask' },
        { object: 'contact', field: 'email', access: 'hidden' },
        { object: '*', field: 'email', access: 'hidden' },
      ],
    });
    expect([rules.status, pointersOf(rules)]).toEqual([
      422,
      [
        ['/permissions/0/object', 'unknownObject'],
        ['/permissions/1/action', 'unknownAction'],
        ['/permissions/2/condition/field', 'unknown_field'],
        ['/permissions/3/condition/value', 'wrong_type'],
        ['/permissions/4/condition', 'objectNeeded'],
        ['/permissions/5/preset/industri', 'unknownField'],
        ['/permissions/6/preset/employees', 'wrongType'],
        ['/permissions/7/preset', 'presetNotCreate'],
        ['/system/1', 'unknownRight'],
        ['/fields/1/field', 'unknownField'],
        ['/fields/2/field', 'givenTwice'],
        ['/fields/3/object', 'unknownObject'],
      ],
    ]);
  });

  test('two roles with one name are refused, in any notation', async () => {
    await made({ name: 'Field Sales' });
    for (const name of ['field sales', ' FIELD Sales ', 'Sales Rep'])
      expect(pointersOf(await call('POST', '/roles', { name })), name).toEqual([['/name', 'nameTaken']]);
    const both = await Promise.all([
      call('POST', '/roles', { name: 'Twin' }),
      call('POST', '/roles', { name: 'Twin' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  test('a copy has its original’s rights and is not built in', async () => {
    const rep = await roleOf('salesRep');
    const copy = await call('POST', `/roles/${rep.id}/copy`, { name: 'Inside Sales' });
    expect(copy.status).toBe(201);
    expect(copy.body).toMatchObject({ builtIn: false, key: null, permissions: rep.permissions });
    expect((await call('POST', `/roles/${randomUUID()}/copy`, { name: 'Ghost' })).status).toBe(404);
  });

  test('built-in roles but Company Admin can be changed, and say so', async () => {
    const rep = await roleOf('salesRep');
    expect(rep.modified).toBe(false);
    const changed = await call('PATCH', `/roles/${rep.id}`, { permissions: [may('account', 'read', 'own')] });
    expect(changed.body).toMatchObject({ builtIn: true, modified: true });
    const admin = await roleOf('companyAdmin');
    expect(admin.editable).toBe(false);
    const refused = await call('PATCH', `/roles/${admin.id}`, { description: 'Mine' });
    expect([refused.status, refused.body.code]).toEqual([409, 'builtInRole']);
    for (const role of [rep, admin])
      expect((await call('DELETE', `/roles/${role.id}`)).body.code).toBe('builtInRole');
  });

  test("another company's role is not found", async () => {
    const other = await registerCompany(api);
    const role = await made({});
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/copy', { name: 'x' }],
      ['POST', '/preview', {}],
    ] as const)
      expect((await as(other, method, `/roles/${role.id}${path}`, body)).status, method + path).toBe(404);
  });
});

describe('rights of the acting user', () => {
  /** A person who manages roles and people and works with their own accounts. */
  const keeper = async () => {
    const role = await made({
      name: 'Keeper',
      permissions: [may('account', 'read'), may('account', 'update', 'own'), may('contact', 'read')],
      system: ['manageRoles', 'manageUsers'],
      fields: [{ object: 'contact', field: 'email', access: 'mask' }],
    });
    return { role, who: await join([role.id]) };
  };

  test('nobody creates a role with more rights than their own', async () => {
    const { who } = await keeper();
    const wish = (body: object) => as(who, 'POST', '/roles', { name: randomUUID(), ...body });
    for (const body of [
      { system: ['viewAudit'] },
      { system: ['*'] },
      { permissions: [may('account', 'delete', 'own')] },
      { permissions: [may('account', 'update', 'team')] },
      { permissions: [may('*', 'read')] },
      { permissions: [may('account', '*', 'own')] },
      { permissions: [may('contact', 'read')] },
    ]) {
      const { status, body: problem } = await wish(body);
      expect([status, problem.code], JSON.stringify(body)).toEqual([403, 'roleExceedsOwn']);
    }
    const within = await wish({
      permissions: [may('account', 'update', 'own'), may('contact', 'read', 'team')],
      fields: [{ object: 'contact', field: 'email', access: 'hidden' }],
      system: ['manageUsers'],
    });
    expect(within.status).toBe(201);
  });

  test('nobody widens a role beyond their own rights, but may narrow it', async () => {
    const { who } = await keeper();
    const role = await made({ permissions: [may('account', 'delete'), may('lead', 'read')] });
    const wider = await as(who, 'PATCH', `/roles/${role.id}`, {
      permissions: [...role.permissions, may('lead', 'update')],
    });
    expect([wider.status, wider.body.code]).toEqual([403, 'roleExceedsOwn']);
    const narrower = await as(who, 'PATCH', `/roles/${role.id}`, {
      permissions: [may('account', 'delete', 'own'), may('account', 'read')],
    });
    expect(narrower.status).toBe(200);
  });

  test('nobody lifts a field restriction that applies to themselves', async () => {
    const masked = await made({
      permissions: [may('contact', 'read')],
      fields: [{ object: 'contact', field: 'phone', access: 'hidden' }],
    });
    const who = await join([(await made({ system: ['manageRoles'] })).id, masked.id]);
    const refused = await as(who, 'PATCH', `/roles/${masked.id}`, { fields: [] });
    expect([refused.status, refused.body.code]).toEqual([403, 'roleExceedsOwn']);
    const kept = await as(who, 'PATCH', `/roles/${masked.id}`, {
      fields: [...masked.fields, { object: 'contact', field: 'email', access: 'mask' }],
    });
    expect(kept.status).toBe(200);
  });

  test('nobody changes a role with company-wide rights that they lack', async () => {
    const { who } = await keeper();
    const role = await made({ system: ['viewAudit'] });
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'Mine' }],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await as(who, method, `/roles/${role.id}${path}`, body);
      expect([answer.status, answer.body.code], method).toEqual([403, 'roleNotGrantable']);
    }
    expect((await as(who, 'POST', `/roles/${role.id}/copy`, { name: 'Mine' })).status).toBe(403);
  });

  test('nobody assigns a role with more rights than their own', async () => {
    const { who, role } = await keeper();
    const manager = await roleOf('salesManager');
    const answer = await as(who, 'PUT', `/members/${who.memberId}/roles`, {
      roleIds: [role.id, manager.id],
    });
    expect([answer.status, answer.body.code]).toEqual([403, 'roleNotGrantable']);
  });

  test('no condition uses values that its author can’t view', async () => {
    const { who } = await keeper();
    const condition = { field: 'email', op: 'contains', value: 'a' };
    const wish = {
      permissions: [may('contact', 'read', 'all', { condition })],
      fields: [{ object: 'contact', field: 'email', access: 'mask' }],
    };
    const refused = await as(who, 'POST', '/roles', { name: 'Guess', ...wish });
    expect([refused.status, pointersOf(refused)]).toEqual([
      422,
      [['/permissions/0/condition', 'fieldNotInClear']],
    ]);
    const role = await made({ permissions: [] });
    expect((await as(who, 'POST', `/roles/${role.id}/preview`, wish)).status).toBe(422);
    expect((await call('POST', '/roles', { name: 'Known', ...wish })).status).toBe(201);
  });

  test('no preset sets values that its author could not set', async () => {
    const unseen = (await call('POST', '/accounts', { name: randomUUID() })).body.id;
    const role = await made({
      permissions: [may('contact', 'create'), may('contact', 'read'), may('account', 'read', 'own')],
      system: ['manageRoles'],
      fields: [
        { object: 'contact', field: 'department', access: 'view' },
        { object: 'contact', field: 'email', access: 'mask' },
      ],
    });
    const who = await join([role.id]);
    const withPreset = (preset: object) => ({ permissions: [may('contact', 'create', 'all', { preset })] });
    const fields = role.fields;
    const refused: [object, string, string][] = [
      [{ department: 'Sales' }, 'department', 'fieldNotWritable'],
      [{ email: 'all@example.com' }, 'email', 'fieldNotWritable'],
      [{ account: unseen }, 'account', 'referenceMissing'],
      [{ account: randomUUID() }, 'account', 'referenceMissing'],
    ];
    const blank = await made({ permissions: [may('contact', 'create')], fields });
    for (const [preset, field, code] of refused)
      for (const [method, path, body] of [
        ['POST', '/roles', { name: randomUUID() }],
        ['PATCH', `/roles/${blank.id}`, {}],
        ['POST', `/roles/${blank.id}/preview`, {}],
      ] as const) {
        const answer = await as(who, method, path, { ...body, ...withPreset(preset), fields });
        expect(pointersOf(answer), `${method} ${path} ${JSON.stringify(preset)}`).toEqual([
          [`/permissions/0/preset/${field}`, code],
        ]);
      }
    const given = { jobTitle: 'Buyer', owner: who.memberId };
    expect(
      (await as(who, 'POST', '/roles', { name: randomUUID(), ...withPreset({ jobTitle: 'Buyer' }), fields }))
        .status,
    ).toBe(201);
    expect(pointersOf(await as(who, 'PATCH', `/roles/${blank.id}`, withPreset(given)))).toEqual([
      ['/permissions/0/preset/owner', 'referenceMissing'],
    ]);
    // Presets by somebody else stay with the role and are not copied.
    const kept = await made({ ...withPreset({ department: 'Sales' }), fields });
    const more = { ...withPreset({ department: 'Sales', jobTitle: 'Buyer' }) };
    expect((await as(who, 'PATCH', `/roles/${kept.id}`, more)).status).toBe(200);
    expect((await as(who, 'POST', `/roles/${kept.id}/copy`, { name: randomUUID() })).status).toBe(422);
  });

  test('without the right to manage roles nothing can be changed', async () => {
    const rep = await join([(await roleOf('salesRep')).id]);
    const role = await made({});
    for (const [method, path, body] of [
      ['POST', '/roles', { name: 'Mine' }],
      ['PATCH', `/roles/${role.id}`, { name: 'Mine' }],
      ['DELETE', `/roles/${role.id}`, undefined],
      ['POST', `/roles/${role.id}/copy`, { name: 'Mine' }],
      ['POST', `/roles/${role.id}/preview`, {}],
    ] as const)
      expect((await as(rep, method, path, body)).status, `${method} ${path}`).toBe(403);
  });
});

describe('deleting a role', () => {
  test('one in use is refused with the number of its holders, and deleted when they get another', async () => {
    const [old, next] = [await made({ name: 'Old' }), await made({ permissions: [may('account', 'read')] })];
    const [ann, ben] = [await join([old.id]), await join([old.id, next.id])];
    await owner.query(
      `insert into api_key (tenant_id, id, name, role_id, secret_hash) values ($1, $2, 'Sync', $3, $4)`,
      [company.tenantId, randomUUID(), old.id, randomUUID()],
    );
    const refused = await call('DELETE', `/roles/${old.id}`);
    expect([refused.status, refused.body.code, refused.body.members, refused.body.apiKeys]).toEqual([
      409,
      'roleInUse',
      2,
      1,
    ]);
    expect(refused.body.detail).toContain('2 people and 1 API key');
    expect(pointersOf(await call('DELETE', `/roles/${old.id}?reassignTo=${old.id}`))).toEqual([
      ['?reassignTo', 'sameRole'],
    ]);
    expect(pointersOf(await call('DELETE', `/roles/${old.id}?reassignTo=${randomUUID()}`))).toEqual([
      ['?reassignTo', 'unknownRole'],
    ]);
    expect((await call('DELETE', `/roles/${old.id}?reassignTo=${next.id}`)).status).toBe(204);
    expect((await call('GET', `/roles/${old.id}`)).status).toBe(404);
    const { data } = (await call('GET', '/role-assignments')).body;
    for (const { memberId } of [ann, ben]) expect(data).toContainEqual({ memberId, roleIds: [next.id] });
    const keys = await owner.query('select role_id from api_key where tenant_id = $1', [company.tenantId]);
    expect(keys.rows).toEqual([{ role_id: next.id }]);
    expect((await as(ann, 'GET', '/accounts')).status).toBe(200);
  });

  test('one that nobody has is deleted at once', async () => {
    const role = await made({});
    expect((await call('DELETE', `/roles/${role.id}`)).status).toBe(204);
    expect((await call('DELETE', `/roles/${role.id}`)).status).toBe(404);
  });

  test('nobody gets a replacement role that the deleting user could not assign', async () => {
    const keeperRole = await made({ system: ['manageRoles'] });
    const who = await join([keeperRole.id]);
    const role = await made({});
    await join([role.id]);
    const admin = await roleOf('companyAdmin');
    const answer = await as(who, 'DELETE', `/roles/${role.id}?reassignTo=${admin.id}`);
    expect([answer.status, answer.body.code]).toEqual([403, 'roleNotGrantable']);
  });
});

describe('a company keeps an administrator', () => {
  /** A second administrator through a role that the company made. The first one then gives up the role. */
  const lastByOwnRole = async () => {
    const role = await made({ name: 'Deputy', system: ['*'], permissions: [may('*', '*')] });
    const deputy = await join([role.id]);
    const demoted = await as(deputy, 'PUT', `/members/${company.memberId}/roles`, { roleIds: [] });
    expect(demoted.status).toBe(200);
    return { role, deputy };
  };

  test('when their role is changed, deleted or replaced, and when they are deactivated', async () => {
    const { role, deputy } = await lastByOwnRole();
    const rep = (await as(deputy, 'GET', '/roles')).body.data.find((r: any) => r.key === 'salesRep');
    for (const [method, path, body] of [
      ['PATCH', `/roles/${role.id}`, { system: ['manageRoles'] }],
      ['DELETE', `/roles/${role.id}?reassignTo=${rep.id}`, undefined],
      ['PUT', `/members/${deputy.memberId}/roles`, { roleIds: [rep.id] }],
    ] as const) {
      const answer = await as(deputy, method, path, body);
      expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([409, 'lastAdmin']);
    }
    expect((await as(deputy, 'POST', `/members/${deputy.memberId}/deactivate`)).status).toBe(409);
    const preview = await as(deputy, 'POST', `/roles/${role.id}/preview`, { system: [] });
    expect(preview.body.leavesNoAdmin).toBe(true);
    expect((await as(deputy, 'GET', '/roles')).body.data).toHaveLength(5);
  });

  test('also when a change of the role and a change of its holder coincide', async () => {
    const role = await made({ system: ['*'], permissions: [may('*', '*')] });
    const deputy = await join([role.id]);
    // Each change alone leaves one administrator: one takes administration out of the role, the other leaves the other
    // person only this role.
    const answers = await Promise.all([
      call('PATCH', `/roles/${role.id}`, { system: [] }),
      as(deputy, 'PUT', `/members/${company.memberId}/roles`, { roleIds: [role.id] }),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const { rows } = await owner.query(
      `select count(*)::int as n from member m join member_role mr on mr.tenant_id = m.tenant_id and mr.member_id = m.id
         join role r on r.tenant_id = mr.tenant_id and r.id = mr.role_id where m.tenant_id = $1 and '*' = any(r.system)`,
      [company.tenantId],
    );
    expect(rows[0].n).toBeGreaterThan(0);
  });
});

describe('the log', () => {
  test('records what was created, changed and deleted, and whose roles changed', async () => {
    const role = await made({ name: 'Logged', permissions: [may('account', 'read')] });
    const next = await made({ name: 'Next' });
    await call('PATCH', `/roles/${role.id}`, { permissions: [], system: ['viewAudit'] });
    const ann = await join([role.id]);
    await call('DELETE', `/roles/${role.id}?reassignTo=${next.id}`);
    expect((await eventsOf('roleCreated'))[0]).toMatchObject({
      object: 'security.role',
      record_id: role.id,
      changes: { name: { after: 'Logged' }, permissions: { after: [may('account', 'read')] } },
    });
    const [changed] = await eventsOf('roleChanged');
    expect(changed.changes).toEqual({
      permissions: { before: [may('account', 'read')], after: [] },
      system: { before: [], after: ['viewAudit'] },
    });
    expect((await eventsOf('roleDeleted'))[0].changes).toMatchObject({
      name: { before: 'Logged' },
      reassignedTo: { after: next.id },
    });
    expect(await eventsOf('rolesAssigned')).toContainEqual({
      object: 'security.member',
      record_id: ann.memberId,
      changes: { roleIds: { before: [role.id], after: [next.id] } },
    });
  });

  test('contains no values of personal fields from conditions and presets', async () => {
    await made({
      permissions: [
        may('contact', 'read', 'all', {
          condition: {
            any: [
              { field: 'email', op: 'contains', value: 'canary@example' },
              { not: { field: 'jobTitle', op: 'eq', value: 'Chief' } },
            ],
          },
        }),
        may('contact', 'create', 'all', { preset: { phone: '+41 44 777 88 99', department: 'Sales' } }),
      ],
    });
    const text = JSON.stringify(await eventsOf('roleCreated'));
    expect(text).not.toMatch(/canary|777 ?88 ?99/);
    expect(text).toMatch(/Chief/);
    expect(text).toMatch(/Sales/);
  });
});

describe('previewing a change', () => {
  test('names who gains and loses which records, under the changed rules', async () => {
    const role = await made({
      name: 'Reps',
      permissions: [may('account', 'read'), may('account', 'update', 'own'), may('account', 'create')],
    });
    const [ann, ben] = [await join([role.id]), await join([role.id, (await roleOf('readOnly')).id])];
    const before = (await call('GET', '/accounts?count=exact')).body.count.value;
    for (let n = 0; n < 3; n++) await as(ann, 'POST', '/accounts', { name: `Of Ann ${n}` });
    await as(ben, 'POST', '/accounts', { name: 'Of Ben' });
    const all = before + 4;
    const { status, body } = await call('POST', `/roles/${role.id}/preview`, {
      permissions: [may('account', 'read', 'own'), may('account', 'update')],
      fields: [{ object: 'account', field: 'phone', access: 'mask' }],
      system: ['manageImports'],
    });
    expect(status).toBe(200);
    expect(body.affected).toEqual({ members: 2, apiKeys: 0 });
    expect(body.checked).toEqual({ members: 2, apiKeys: 0, of: 2 });
    const change = (who: Colleague, action: string) =>
      body.members
        .find((entry: any) => entry.member.id === who.memberId)
        .changes.find((entry: any) => entry.action === action);
    expect(change(ann, 'read')).toMatchObject({ object: 'account', gained: 0, lost: all - 3 });
    expect(change(ann, 'update')).toMatchObject({ gained: all - 3, lost: 0, before: true, after: true });
    expect(change(ann, 'create')).toMatchObject({ before: true, after: false, gained: 0, lost: 0 });
    // Read Only shows everything to Ben, whatever this role grants.
    expect(change(ben, 'read')).toBeUndefined();
    expect(change(ben, 'update')).toMatchObject({ gained: all - 1, lost: 0 });
    const annEntry = body.members.find((entry: any) => entry.member.id === ann.memberId);
    expect(annEntry.fields).toEqual([{ object: 'account', field: 'phone', before: 'edit', after: 'mask' }]);
    expect(annEntry.system).toEqual({ gained: ['manageImports'], lost: [] });
    // The preview saved nothing, and its forecast comes true.
    expect((await as(ann, 'GET', '/accounts?count=exact')).body.count.value).toBe(all);
    await call('PATCH', `/roles/${role.id}`, { permissions: [may('account', 'read', 'own')] });
    expect((await as(ann, 'GET', '/accounts?count=exact')).body.count.value).toBe(3);
  });

  test('counts up to a thousand, and counts API keys’ records as well', async () => {
    const role = await made({ permissions: [may('lead', 'read')] });
    const keyId = randomUUID();
    await owner.query(
      `insert into api_key (tenant_id, id, name, role_id, secret_hash) values ($1, $2, 'Sync', $3, $4)`,
      [company.tenantId, keyId, role.id, randomUUID()],
    );
    await owner.query('update tenant set access_version = access_version + 1 where id = $1', [
      company.tenantId,
    ]);
    for (let n = 0; n < 3; n++)
      await call('POST', '/leads/bulk', {
        action: 'create',
        rows: Array.from({ length: 400 }, (_, i) => ({ lastName: `Lead ${n}-${i}`, company: 'Acme' })),
      });
    await vi.waitUntil(
      async () =>
        (await call('POST', `/roles/${role.id}/preview`, { permissions: [] })).body.apiKeys.length === 1,
      { timeout: 60_000, interval: 100 },
    );
    const { body } = await call('POST', `/roles/${role.id}/preview`, { permissions: [] });
    expect(body.apiKeys).toHaveLength(1);
    expect(body.apiKeys[0].apiKey).toEqual({ id: keyId, name: 'Sync' });
    expect(body.apiKeys[0].changes).toEqual([
      {
        object: 'lead',
        action: 'read',
        before: true,
        after: false,
        gained: 0,
        lost: 1000,
        gainedCapped: false,
        lostCapped: true,
      },
    ]);
  });

  test('a change without effect names nobody', async () => {
    const role = await made({
      permissions: [
        may('account', 'read'),
        may('lead', 'read', 'own', { condition: { field: 'company', op: 'eq', value: 'Acme' } }),
      ],
    });
    await join([role.id]);
    const { body } = await call('POST', `/roles/${role.id}/preview`, {
      permissions: [
        may('account', 'read'),
        may('account', 'read', 'own'),
        may('lead', 'read', 'own', { condition: { value: 'Acme', op: 'eq', field: 'company' } }),
      ],
    });
    expect([body.members, body.affected]).toEqual([[], { members: 0, apiKeys: 0 }]);
  });
});

describe('several legal entities of a person', () => {
  test('count for the scope "legal entity", and are in the person’s history', async () => {
    const entity = async (name: string) => (await call('POST', '/legal-entities', { name })).body.id;
    const [zurich, basel] = [await entity('Zurich AG'), await entity('Basel AG')];
    const account = async (legalEntity: string) =>
      (await call('POST', '/accounts', { name: `Of ${legalEntity}`, legalEntity })).body.id;
    const [inZurich, inBasel] = [await account(zurich), await account(basel)];
    const role = await made({ permissions: [may('account', 'read', 'legalEntity')] });
    const ann = await join([role.id]);
    const seen = async () => {
      const ids = (await as(ann, 'GET', '/accounts')).body.data.map((row: { id: string }) => row.id);
      return [ids.includes(inZurich), ids.includes(inBasel)];
    };
    const set = (body: object) => call('PATCH', `/members/${ann.memberId}`, body);
    expect((await set({ legalEntity: zurich })).status).toBe(200);
    expect(await seen()).toEqual([true, false]);
    const both = await set({ legalEntities: [basel] });
    expect(both.body.legalEntities).toEqual([{ id: basel, name: 'Basel AG' }]);
    expect(await seen()).toEqual([true, true]);
    const { body: history } = await call('GET', `/members/${ann.memberId}/history`);
    expect(history.data[0].changes.legalEntities).toBeDefined();
    const referenced = await call('DELETE', `/legal-entities/${basel}`);
    expect([referenced.status, referenced.body.code]).toEqual([409, 'referenced']);
    expect(referenced.body.referrers.map((r: any) => r.field)).toContain('legalEntities');
    expect((await set({ legalEntities: [] })).status).toBe(200);
    expect(await seen()).toEqual([true, false]);
    const filtered = await call(
      'GET',
      `/members?filter=${encodeURIComponent(JSON.stringify({ field: 'legalEntities', op: 'contains', value: [basel] }))}`,
    );
    expect(filtered.status).toBeLessThan(500);
  });
});

describe('contents of answers about roles', () => {
  /** Rights checked inside an operation whose endpoint requires another right. */
  const ASKED_WITHIN: Record<string, string> = {
    assign: 'an update that hands a record on',
    bulk: 'POST /{objects}/bulk, beside the action itself',
    import: 'POST /imports, for the object it names',
  };

  test('every right that a role can grant is checked somewhere', () => {
    const asked = api.app
      .get(EndpointRegistry)
      .all()
      .map(({ access }) => access);
    const isAsked = (right: object) => asked.some((access) => isDeepStrictEqual(access, right));
    expect(SYSTEM_PERMISSIONS.filter((system) => !isAsked({ system }))).toEqual([]);
    const unasked = api.app
      .get(RecordRegistry)
      .all()
      .flatMap((d) => actionsOf(d).map(({ key }) => ({ object: d.key, action: key })))
      .filter((right) => !(right.action in ASKED_WITHIN) && !isAsked(right));
    expect(unasked).toEqual([]);
    const offered = new Set<string>(OBJECT_ACTIONS);
    expect(Object.keys(ASKED_WITHIN).filter((action) => !offered.has(action))).toEqual([]);
  });

  test('conditions and presets are shown to users who manage roles, and to everybody for their own roles', async () => {
    const permissions: Permission[] = [
      {
        object: 'account',
        action: 'create',
        scope: 'all',
        preset: { industry: 'Retail' },
        condition: { field: 'employees', op: 'lt', value: 4711 },
      },
      { object: 'account', action: 'read', scope: 'all' },
    ];
    const [own, foreign] = [await people.role({ permissions }), await people.role({ permissions })];
    const plain = await people.colleague([own]);
    const manager = await people.colleague([await people.role({ system: ['manageRoles'] })]);
    await people.settle();
    const told = async (who: Colleague, id: string) => {
      const one = (await api.call('GET', `/roles/${id}`, { token: who.token })).body;
      const { data } = (await api.call('GET', '/roles', { token: who.token })).body;
      const listed = data.find((role: { id: string }) => role.id === id);
      expect(listed).toEqual(one);
      return one.permissions[0];
    };
    expect(await told(plain, foreign)).toEqual({ object: 'account', action: 'create', scope: 'all' });
    expect(await told(plain, own)).toEqual(permissions[0]);
    expect(await told(manager, foreign)).toEqual(permissions[0]);
  });
});
