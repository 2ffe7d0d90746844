import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { registerCompany, testApi } from './testing/api-process.js';
import { may, pointersOf, rolesStage } from './testing/roles-stage.js';

const stage = rolesStage();
const { as, call, eventsOf, join, made, roleOf } = stage;

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
    const replica = await testApi(stage.api.database, [], stage.api);
    try {
      const create = () =>
        replica.call('POST', '/accounts', { token: rep.token, body: { name: randomUUID() } });
      expect((await create()).status).toBe(403);
      const permissions = [may('account', 'read'), may('account', 'create')];
      const changed = await call('PATCH', `/roles/${role.id}`, { permissions });
      expect([changed.status, changed.body.permissions, changed.body.version]).toEqual([200, permissions, 2]);
      await vi.waitUntil(async () => (await create()).status === 201, { timeout: 60_000, interval: 50 });
    } finally {
      await replica.close();
    }
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
        ['/permissions/6/preset/employees', 'notANumber'],
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

  test('a built-in role goes back to its default, and keeps its name', async () => {
    const manager = await roleOf('salesManager');
    const narrowed = await call('PATCH', `/roles/${manager.id}`, {
      name: 'Head of Sales',
      permissions: [
        ...manager.permissions.filter((p: any) => p.object !== 'account'),
        may('lead', 'read', 'own'),
      ],
      fields: [{ object: 'contact', field: 'email', access: 'mask' }],
    });
    expect(narrowed.body.modified).toBe(true);
    const back = await call('POST', `/roles/${manager.id}/reset`, undefined, {
      'if-match': `"${narrowed.body.version}"`,
    });
    expect(back.status).toBe(200);
    expect(back.body).toMatchObject({
      name: 'Head of Sales',
      modified: false,
      permissions: manager.permissions,
      fields: [],
    });
    const events = await call('GET', `/roles/${manager.id}`);
    expect(events.headers['etag']).toBe(`"${back.body.version}"`);
    const stale = await call('POST', `/roles/${manager.id}/reset`, undefined, {
      'if-match': `"${manager.version}"`,
    });
    expect(stale.status).toBe(412);
    const own = await made({ name: 'Not built in' });
    expect((await call('POST', `/roles/${own.id}/reset`)).body.code).toBe('notBuiltIn');
  });

  test('what a company removed stays removed while the product lacks it, until the role is reset', async () => {
    const { id } = await roleOf('readOnly');
    const removed = { permissions: [{ object: 'ledger', action: 'read' }], system: ['closeBooks'] };
    const owner = new pg.Client({ connectionString: stage.api.database.ownerUrl });
    await owner.connect();
    onTestFinished(() => owner.end());
    const stored = async () =>
      (await owner.query('select removed from role where id = $1', [id])).rows[0].removed;
    await owner.query('update role set removed = $2 where id = $1', [id, removed]);
    const changed = await call('PATCH', `/roles/${id}`, { system: ['viewAudit'] });
    expect(changed.body).toMatchObject({ modified: true, system: ['viewAudit'] });
    expect(changed.body).not.toHaveProperty('removed');
    expect(await stored()).toEqual(removed);
    const undone = await call('PATCH', `/roles/${id}`, { system: [] });
    const back = await call('POST', `/roles/${id}/reset`);
    expect(back.body).toMatchObject({ modified: false, permissions: undone.body.permissions });
    expect(await stored()).toEqual({});
    const again = await call('POST', `/roles/${id}/reset`);
    expect([again.status, again.body.version]).toEqual([200, back.body.version]);
  });

  test('nobody resets a role to rights that they do not have', async () => {
    const manager = await roleOf('salesManager');
    await call('PATCH', `/roles/${manager.id}`, { permissions: [] });
    const deputy = await join([
      (await made({ name: 'Deputy', system: ['manageRoles', ...manager.system] })).id,
    ]);
    const refused = await as(deputy, 'POST', `/roles/${manager.id}/reset`);
    expect([refused.status, refused.body.code]).toEqual([403, 'roleExceedsOwn']);
    expect((await call('POST', `/roles/${manager.id}/reset`)).status).toBe(200);
  });

  test('a preview of a reset tells who gains what, and changes nothing', async () => {
    const rep = await roleOf('salesRep');
    const narrowed = await call('PATCH', `/roles/${rep.id}`, {
      permissions: rep.permissions.filter((permission: any) => permission.object !== 'account'),
    });
    await join([rep.id]);
    const preview = await call('POST', `/roles/${rep.id}/preview`, { reset: true });
    expect(preview.status).toBe(200);
    expect(preview.body.affected).toEqual({ members: 1, apiKeys: 0 });
    expect(preview.body.members[0].changes).toContainEqual(
      expect.objectContaining({ object: 'account', action: 'read', before: false, after: true }),
    );
    expect((await call('GET', `/roles/${rep.id}`)).body.version).toBe(narrowed.body.version);
    expect((await call('POST', `/roles/${rep.id}/reset`)).status).toBe(200);
    const settled = await call('POST', `/roles/${rep.id}/preview`, { reset: true });
    expect(settled.body.affected).toEqual({ members: 0, apiKeys: 0 });
  });

  test('a preview of a reset is refused as the reset is, and takes no rights beside it', async () => {
    const manager = await roleOf('salesManager');
    await call('PATCH', `/roles/${manager.id}`, { permissions: [] });
    const deputy = await join([
      (await made({ name: 'Deputy of previews', system: ['manageRoles', 'manageImports', 'manageViews'] }))
        .id,
    ]);
    const refused = await as(deputy, 'POST', `/roles/${manager.id}/preview`, { reset: true });
    expect([refused.status, refused.body.code]).toEqual([403, 'roleExceedsOwn']);
    const own = await made({ name: 'Not built in either' });
    expect((await call('POST', `/roles/${own.id}/preview`, { reset: true })).body.code).toBe('notBuiltIn');
    const both = await call('POST', `/roles/${manager.id}/preview`, { reset: true, system: [] });
    expect([both.status, both.body.errors?.[0]?.pointer]).toEqual([422, '/reset']);
    await call('POST', `/roles/${manager.id}/reset`);
  });

  test("another company's role is not found", async () => {
    const other = await registerCompany(stage.api);
    const role = await made({});
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/copy', { name: 'x' }],
      ['POST', '/preview', {}],
      ['POST', '/reset', undefined],
    ] as const)
      expect((await as(other, method, `/roles/${role.id}${path}`, body)).status, method + path).toBe(404);
  });
});

describe('deleting a role', () => {
  test('one in use is refused with the number of its holders, and deleted when they get another', async () => {
    const [old, next] = [await made({ name: 'Old' }), await made({ permissions: [may('account', 'read')] })];
    const [ann, ben] = [await join([old.id]), await join([old.id, next.id])];
    await stage.people.sql(
      `insert into api_key (tenant_id, id, name, role_id, secret_hash) values ($1, $2, 'Sync', $3, $4)`,
      [stage.company.tenantId, randomUUID(), old.id, randomUUID()],
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
    const keys = await stage.people.sql('select role_id from api_key where tenant_id = $1', [
      stage.company.tenantId,
    ]);
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
    const demoted = await as(deputy, 'PUT', `/members/${stage.company.memberId}/roles`, { roleIds: [] });
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
      as(deputy, 'PUT', `/members/${stage.company.memberId}/roles`, { roleIds: [role.id] }),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const { rows } = await stage.people.sql(
      `select count(*)::int as n from member m join member_role mr on mr.tenant_id = m.tenant_id and mr.member_id = m.id
         join role r on r.tenant_id = mr.tenant_id and r.id = mr.role_id where m.tenant_id = $1 and ('*' = any(r.system) or r.key = 'companyAdmin')`,
      [stage.company.tenantId],
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
