import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { OBJECT_ACTIONS, type Permission, SYSTEM_PERMISSIONS } from '@pellucid/platform/access';
import { EndpointRegistry } from '@pellucid/platform/http';
import { actionsOf, RecordRegistry } from '@pellucid/platform/records';
import { describe, expect, test, vi } from 'vitest';
import { type Colleague } from './testing/colleagues.js';
import { may, pointersOf, rolesStage } from './testing/roles-stage.js';

const stage = rolesStage();
const { as, call, join, made, roleOf } = stage;

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
    await stage.people.sql(
      `insert into api_key (tenant_id, id, name, role_id, secret_hash) values ($1, $2, 'Sync', $3, $4)`,
      [stage.company.tenantId, keyId, role.id, randomUUID()],
    );
    await stage.people.sql('update tenant set access_version = access_version + 1 where id = $1', [
      stage.company.tenantId,
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
    export: 'POST /exports, for the object it names',
    import: 'POST /imports, for the object it names',
  };

  /** Rights on the company that are checked inside an operation which everybody may use. */
  const SYSTEM_ASKED_WITHIN: Record<string, string> = {
    overrideDuplicates: 'POST and PATCH of every object, with allowDuplicates: duplicates.e2e.test.ts',
    manageViews: 'POST and PATCH /views, if others than single people rely on the view: views.e2e.test.ts',
  };

  test('every right that a role can grant is checked somewhere', () => {
    const asked = stage.api.app
      .get(EndpointRegistry)
      .all()
      .map(({ access }) => access);
    const isAsked = (right: object) => asked.some((access) => isDeepStrictEqual(access, right));
    expect(
      SYSTEM_PERMISSIONS.filter((system) => !(system in SYSTEM_ASKED_WITHIN) && !isAsked({ system })),
    ).toEqual([]);
    const unasked = stage.api.app
      .get(RecordRegistry)
      .product()
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
    const [own, foreign] = [
      await stage.people.role({ permissions }),
      await stage.people.role({ permissions }),
    ];
    const plain = await stage.people.colleague([own]);
    const manager = await stage.people.colleague([await stage.people.role({ system: ['manageRoles'] })]);
    await stage.people.settle();
    const told = async (who: Colleague, id: string) => {
      const one = (await stage.api.call('GET', `/roles/${id}`, { token: who.token })).body;
      const { data } = (await stage.api.call('GET', '/roles', { token: who.token })).body;
      const listed = data.find((role: { id: string }) => role.id === id);
      expect(listed).toEqual(one);
      return one.permissions[0];
    };
    expect(await told(plain, foreign)).toEqual({ object: 'account', action: 'create', scope: 'all' });
    expect(await told(plain, own)).toEqual(permissions[0]);
    expect(await told(manager, foreign)).toEqual(permissions[0]);
  });
});

test('descriptions name no hidden field in what pages draw, in either language', async () => {
  const { data } = (await call('GET', '/objects')).body;
  const fields = data.map(({ key: object }: any) => ({ object, field: '*', access: 'hidden' }));
  const who = await join([(await made({ permissions: [may('*', '*')], fields })).id]);
  const drawn = ({ presentation: { keyFacts, askedBySteps, offered }, groupedBy, emailField }: any) => ({
    keyFacts,
    askedBySteps,
    offered,
    groupedBy,
    emailField,
  });
  const nothing = { keyFacts: [], askedBySteps: [], offered: {}, groupedBy: [], emailField: undefined };
  for (const language of ['en', 'de']) {
    const seen = await as(who, 'GET', '/objects', undefined, { 'accept-language': language });
    expect(seen.body.data).toHaveLength(data.length);
    for (const object of seen.body.data) expect(drawn(object), object.key).toEqual(nothing);
  }
  for (const kind of Object.keys(nothing))
    expect(
      data.map(drawn).some((all: any) => Object.keys(all[kind] ?? {}).length > 0),
      kind,
    ).toBe(true);
});

test('lists whose usual order the caller may not know come in another, and a request for it is refused', async () => {
  const masked = [
    { object: 'product', field: 'name', access: 'mask' },
    { object: 'pipeline', field: '*', access: 'hidden' },
  ];
  const who = await join([(await made({ permissions: [may('*', 'read')], fields: masked })).id]);
  const names = ['Anvil', 'Zither', 'Bell'];
  for (const name of names) expect((await call('POST', '/products', { name })).status).toBe(201);
  const { data } = (await call('GET', '/products')).body;
  expect(data.map(({ name }: any) => name)).toEqual(['Anvil', 'Bell', 'Zither']);
  const ids = names.map((name) => data.find((one: any) => one.name === name).id);
  const first = await as(who, 'GET', '/products?limit=2');
  const next = await as(who, 'GET', `/products?limit=2&cursor=${first.body.page?.nextCursor}`);
  expect([...first.body.data, ...next.body.data].map(({ id }: any) => id)).toEqual(ids.reverse());
  for (const path of ['/pipelines', '/stages']) expect((await as(who, 'GET', path)).status, path).toBe(200);
  for (const path of ['/products?sort=name', '/stages?sort=pipeline'])
    expect((await as(who, 'GET', path)).body.code, path).toBe('fieldNotInClear');
  const orders = (await as(who, 'GET', '/objects')).body.data.map((one: any) => [one.key, one.defaultSort]);
  expect(Object.fromEntries(orders)).toMatchObject({
    product: '-createdAt',
    pipeline: '-createdAt',
    stage: '-createdAt',
    tag: 'name',
  });
});
