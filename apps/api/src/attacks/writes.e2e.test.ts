import { randomUUID } from 'node:crypto';
import { type Permission } from '@pellucid/platform/access';
import { RecordRegistry } from '@pellucid/platform/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiAnswer, type ApiCall, sharedApi } from '../testing/api-process.js';
import { all, codes, IntruderStage } from '../testing/intruder-stage.js';
import { minimalRecord, seed } from '../testing/seeded-world.js';

/* Attacks by somebody who knows the API well: writes, and the rights that they need. */

let stage: IntruderStage;

beforeAll(async () => {
  stage = await IntruderStage.on(await sharedApi());
});
afterAll(() => stage?.end());

describe('mass assignment', () => {
  const SMUGGLED: Record<string, () => unknown> = {
    id: () => randomUUID(),
    tenantId: () => stage.theirs.tenantId,
    tenant_id: () => stage.theirs.tenantId,
    ownerId: () => stage.colleague.memberId,
    owner_id: () => stage.colleague.memberId,
    version: () => 99,
    createdAt: () => '2001-01-01T00:00:00.000Z',
    createdBy: () => ({ kind: 'system', id: null }),
    updatedBy: () => ({ kind: 'system', id: null }),
    deletedAt: () => null,
    displayName: () => 'Somebody else',
    role: () => 'companyAdmin',
    roleIds: () => [],
    roles: () => ['companyAdmin'],
    permissions: () => [{ object: '*', action: '*', scope: 'all' }],
    custom: () => ({ tenantId: stage.theirs.tenantId }),
    meta: () => ({ access: {} }),
  };

  test('no object accepts unknown fields, alone, in bulk or with other changes', async () => {
    await stage.wear({ permissions: all() });
    const taken: string[] = [];
    for (const descriptor of stage.api.app.get(RecordRegistry).product()) {
      const { key, plural, operations, byKey } = descriptor;
      for (const [name, value] of Object.entries(SMUGGLED)) {
        if (byKey.has(name)) continue;
        const at = name === 'custom' ? '/custom/tenantId' : `/${name}`;
        const bodies: [string, string, unknown, boolean][] = [];
        if (operations.create)
          bodies.push([
            'POST',
            `/${plural}`,
            { ...minimalRecord(descriptor, stage.mine.ids), [name]: value() },
            true,
          ]);
        if (operations.update) {
          bodies.push(['PATCH', `/${plural}/${stage.mine.ids[key]}`, { [name]: value() }, true]);
          // In a bulk row, "id" and "version" name the record and version meant.
          if (name !== 'id' && name !== 'version')
            bodies.push([
              'POST',
              `/${plural}/bulk`,
              { action: 'update', rows: [{ id: stage.mine.ids[key], [name]: value() }] },
              false,
            ]);
        }
        for (const [method, path, body, whole] of bodies) {
          const answer = await stage.asIntruder(method, path, { body });
          const problems = whole ? answer.body.errors : answer.body.results?.[0]?.errors;
          const isNamed = problems?.some((e: { pointer: string }) => e.pointer === at);
          if (answer.status !== (whole ? 422 : 200) || !isNamed)
            taken.push(
              `${method} ${path} ${name}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`,
            );
        }
      }
    }
    expect(taken).toEqual([]);
  });

  test('owner and legal entity cannot be set beyond the right to assign', async () => {
    await stage.wear({
      permissions: [
        { object: 'account', action: 'read', scope: 'all' },
        { object: 'account', action: 'create', scope: 'own' },
        { object: 'account', action: 'update', scope: 'own' },
        { object: 'member', action: 'read', scope: 'all' },
      ],
    });
    const body = { name: 'For somebody else', owner: stage.colleague.memberId };
    expect(codes(await stage.asIntruder('POST', '/accounts', { body }))).toEqual({ '/owner': 'outOfScope' });
    const own = (await stage.asIntruder('POST', '/accounts', { body: { name: 'Mine' } })).body;
    expect(own.owner.id).toBe(stage.intruder.memberId);
    const given = await stage.asIntruder('PATCH', `/accounts/${own.id}`, {
      body: { owner: stage.colleague.memberId },
    });
    expect(codes(given)).toEqual({ '/owner': 'assignForbidden' });
    const bulk = await stage.asIntruder('POST', '/accounts/bulk', {
      body: { action: 'update', ids: [own.id], changes: { owner: stage.colleague.memberId } },
    });
    expect(bulk.status).toBe(403);
    // A member of another company doesn't exist here. Nor does one's own ID under another company's header.
    const stranger = { name: 'For a stranger', owner: stage.theirs.memberId };
    expect(codes(await stage.asIntruder('POST', '/accounts', { body: stranger }))).toEqual({
      '/owner': 'referenceMissing',
    });
  });
});

describe('bodies and headers', () => {
  const raw = (path: string, payload: string, method = 'POST') =>
    stage.asIntruder(method, path, { body: payload, headers: { 'content-type': 'application/json' } });

  test('prototypes and constructors in JSON change nothing', async () => {
    await stage.wear({ permissions: all() });
    for (const body of [
      '{"name":"Proto","__proto__":{"isAdmin":true}}',
      '{"name":"Proto","constructor":{"prototype":{"isAdmin":true}}}',
      '{"name":"Proto","custom":{"__proto__":{"isAdmin":true}}}',
    ]) {
      const answer = await raw('/accounts', body);
      expect([400, 422], body).toContain(answer.status);
    }
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    const filter = '{"filter":{"field":"name","op":"eq","value":"x","__proto__":{"op":"exists"}}}';
    expect([400, 422]).toContain((await raw('/accounts/query', filter)).status);
  });

  test('if a key is given twice, check and write both use the last value', async () => {
    await stage.wear({ permissions: all(), fields: [{ object: 'account', field: 'phone', access: 'view' }] });
    const answer = await raw('/accounts', '{"name":"First","name":"Last"}');
    expect(answer.status).toBe(201);
    expect(answer.body.name).toBe('Last');
    const twice = await raw('/accounts', '{"name":"Twice","phone":null,"phone":"+41 44 000 00 00"}');
    expect(codes(twice)).toEqual({ '/phone': 'fieldNotWritable' });
  });

  test('a body of another kind is refused', async () => {
    await stage.wear({ permissions: all() });
    for (const body of ['[]', '"text"', '42', 'null', '[{"name":"x"}]'])
      expect([400, 422], body).toContain((await raw('/accounts', body)).status);
    const form = await stage.asIntruder('POST', '/accounts', {
      body: 'name=Form',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([400, 415]).toContain(form.status);
  });

  test('X-Tenant leads to no other company, and no other header gives rights', async () => {
    await stage.wear({ permissions: [{ object: 'account', action: 'read', scope: 'own' }] });
    for (const tenant of [stage.theirs.tenantId, randomUUID(), 'pellucid'])
      expect((await stage.asIntruder('GET', '/accounts', { headers: { 'x-tenant': tenant } })).status).toBe(
        404,
      );
    const usual = (await stage.asIntruder('GET', '/accounts')).body;
    expect(usual.data.length).toBeGreaterThan(0);
    for (const account of usual.data) expect(account.owner.id).toBe(stage.intruder.memberId);
    const [name, value] = ['x-http-method-override', 'DELETE'];
    for (const headers of [
      { [name]: value },
      { 'x-original-url': '/api/v1/roles' },
      { 'x-rewrite-url': '/api/v1/roles' },
      { 'x-user-id': stage.mine.memberId },
      { 'x-member-id': stage.mine.memberId },
      { 'x-forwarded-user': stage.mine.email },
    ]) {
      const answer = await stage.asIntruder('GET', '/accounts', {
        headers: headers as Record<string, string>,
      });
      expect(answer.body).toEqual(usual);
    }
    expect((await stage.asAdmin('GET', `/accounts/${stage.mine.ids['account']}`)).id).toBe(
      stage.mine.ids['account'],
    );
  });

  test('only administrators view as a role, only one of their own company, and read-only', async () => {
    const wide = await stage.people.role({ permissions: all() });
    await stage.wear({
      permissions: [{ object: 'account', action: 'read', scope: 'own' }],
      system: ['manageRoles'],
    });
    const through = { 'x-view-as-role': wide };
    expect((await stage.asIntruder('GET', '/accounts', { headers: through })).status).toBe(403);
    const admin = (method: string, path: string, call: ApiCall) =>
      stage.api.call(method, path, { token: stage.mine.token, ...call });
    expect((await admin('GET', '/accounts', { headers: through })).status).toBe(200);
    const writes: [string, string, unknown][] = [
      ['POST', '/accounts', { name: 'Written through a role' }],
      ['PATCH', `/accounts/${stage.mine.ids['account']}`, { phone: null }],
      ['DELETE', `/accounts/${stage.mine.ids['account']}`, undefined],
      ['POST', '/accounts/bulk', { action: 'update', ids: [stage.mine.ids['account']], changes: {} }],
      ['PUT', `/members/${stage.intruder.memberId}/roles`, { roleIds: [wide] }],
      ['POST', `/members/${stage.intruder.memberId}/deactivate`, undefined],
      ['POST', '/auth/sessions/end-others', undefined],
    ];
    for (const [method, path, body] of writes) {
      const answer = await admin(method, path, { body, headers: through });
      expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([403, 'viewAsReadsOnly']);
    }
    expect((await admin('POST', '/accounts/query', { body: {}, headers: through })).status).toBe(200);
    const [foreign] = (await stage.api.call('GET', '/roles', { token: stage.theirs.token })).body.data;
    for (const role of [foreign.id, randomUUID(), 'companyAdmin', `${wide}, ${wide}`])
      expect((await admin('GET', '/accounts', { headers: { 'x-view-as-role': role } })).status).toBe(400);
  });
});

describe('shares', () => {
  test('don’t change the owner: not even an ownerless record can be taken over', async () => {
    const share = async (given: object) => {
      const { id } = await stage.asAdmin('POST', '/accounts', { name: `Shared ${randomUUID()}`, ...given });
      await stage.asAdmin('POST', '/shares', {
        object: 'account',
        record: id,
        grantee: { kind: 'member', id: stage.intruder.memberId },
        access: 'edit',
      });
      return id as string;
    };
    const own = ['read', 'update', 'delete', 'assign'].map(
      (action): Permission => ({ object: 'account', action, scope: 'own' }),
    );
    await stage.wear({ permissions: [...own, ...all('read', ['member'])] });
    for (const owner of [null, stage.colleague.memberId]) {
      const id = await share({ owner });
      const take = { owner: stage.intruder.memberId };
      expect(codes(await stage.asIntruder('PATCH', `/accounts/${id}`, { body: take }))).toEqual({
        '/owner': 'assignForbidden',
      });
      expect(
        (await stage.asIntruder('PATCH', `/accounts/${id}`, { body: { description: 'x' } })).status,
      ).toBe(200);
      expect((await stage.asIntruder('DELETE', `/accounts/${id}`)).status).toBe(403);
    }
    // Nor may they move the record into their own legal entity, whose records they may delete.
    const entity = async () =>
      (await stage.asAdmin('POST', '/legal-entities', { name: `Entity ${randomUUID()}` })).id as string;
    const [home, away] = [await entity(), await entity()];
    await stage.people.sql('update member set legal_entity_id = $2 where id = $1', [
      stage.intruder.memberId,
      home,
    ]);
    await stage.wear({
      permissions: [
        ...own.map((permission): Permission => ({ ...permission, scope: 'legalEntity' })),
        ...all('read', ['member', 'legalEntity']),
      ],
    });
    const abroad = await share({ owner: null, legalEntity: away });
    const moved = await stage.asIntruder('PATCH', `/accounts/${abroad}`, { body: { legalEntity: home } });
    expect(codes(moved)).toEqual({ '/legalEntity': 'assignForbidden' });
    await stage.people.sql('update member set legal_entity_id = null where id = $1', [
      stage.intruder.memberId,
    ]);
    // A role whose scope reaches an ownerless record may take it.
    const free = await stage.asAdmin('POST', '/accounts', { name: 'Free', owner: null });
    await stage.wear({ permissions: all() });
    const taken = await stage.asIntruder('PATCH', `/accounts/${free.id}`, {
      body: { owner: stage.intruder.memberId },
    });
    expect(taken.status).toBe(200);
  });
});

describe('fields that decide rights', () => {
  const refused = (answer: ApiAnswer, pointer: string) => {
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer, code: 'framesRights' }]);
  };

  test('the right to edit people and teams gives no team, no managership and no legal entity', async () => {
    await stage.wear({ permissions: all('*', ['member', 'team', 'legalEntity']) });
    const team = await stage.people.team({});
    const entity = (
      await stage.asIntruder('POST', '/legal-entities', { body: { name: `Far ${randomUUID()}` } })
    ).body.id;
    const me = `/members/${stage.intruder.memberId}`;
    refused(await stage.asIntruder('PATCH', me, { body: { team } }), '/team');
    refused(await stage.asIntruder('PATCH', me, { body: { legalEntity: entity } }), '/legalEntity');
    refused(await stage.asIntruder('PATCH', me, { body: { legalEntities: [entity] } }), '/legalEntities');
    refused(
      await stage.asIntruder('PATCH', `/teams/${team}`, { body: { manager: stage.intruder.memberId } }),
      '/manager',
    );
    const above = await stage.asIntruder('POST', '/teams', {
      body: { name: `Above ${randomUUID()}`, manager: stage.intruder.memberId },
    });
    expect(above.status).toBe(201);
    refused(
      await stage.asIntruder('PATCH', `/teams/${team}`, { body: { parent: above.body.id } }),
      '/parent',
    );
    const bulk = { action: 'update', ids: [team], changes: { manager: stage.intruder.memberId } };
    expect((await stage.asIntruder('POST', '/teams/bulk', { body: bulk })).body.results).toMatchObject([
      { status: 'failed' },
    ]);
    const question = `object=team&record=${team}`;
    const why = await stage.asIntruder('GET', `/access/explain?${question}&action=update&field=manager`);
    expect(why.body.allowed).toBe(false);
    expect(JSON.stringify(why.body.steps)).toContain('Manage people');
    expect((await stage.asIntruder('GET', `/access/rights?${question}`)).body.fields).toMatchObject({
      manager: 'view',
      description: 'edit',
    });
    // Fields that don't decide what roles reach are theirs to change.
    expect(
      (await stage.asIntruder('PATCH', `/teams/${team}`, { body: { description: 'Ours' } })).status,
    ).toBe(200);

    await stage.wear({ permissions: all('*', ['member', 'team', 'legalEntity']), system: ['manageUsers'] });
    expect((await stage.asIntruder('PATCH', me, { body: { team } })).status).toBe(200);
    expect((await stage.asIntruder('PATCH', me, { body: { team: null } })).status).toBe(200);
  });
});

describe('cascades', () => {
  test('deleting a record deletes no dependent records that the caller may not delete', async () => {
    const { account } = await seed(stage.api, stage.mine);
    await stage.wear({ permissions: [...all('*', ['account']), ...all('read')] });
    const answer = await stage.asIntruder('DELETE', `/accounts/${account}?referrers=delete`);
    expect([answer.status, answer.body.code]).toEqual([403, 'referrersForbidden']);
    expect((await stage.asAdmin('GET', `/accounts/${account}`)).id).toBe(account);
  });

  test('nor dependents of dependents', async () => {
    const account = (await stage.asAdmin('POST', '/accounts', { name: 'Root' })).id;
    const contact = (await stage.asAdmin('POST', '/contacts', { lastName: 'Branch', account })).id;
    const deal = (await stage.asAdmin('POST', '/opportunities', { name: 'Leaf', contact })).id;
    await stage.wear({ permissions: [...all('*', ['account', 'contact']), ...all('read')] });
    const answer = await stage.asIntruder('DELETE', `/accounts/${account}?referrers=delete`);
    expect(answer.status).toBe(403);
    for (const [plural, id] of [
      ['accounts', account],
      ['contacts', contact],
      ['opportunities', deal],
    ])
      expect((await stage.asAdmin('GET', `/${plural}/${id}`)).id).toBe(id);
    await stage.wear({ permissions: all() });
    expect((await stage.asIntruder('DELETE', `/accounts/${account}?referrers=delete`)).status).toBe(204);
    expect((await stage.api.call('GET', `/opportunities/${deal}`, { token: stage.mine.token })).status).toBe(
      404,
    );
  });

  test('a record that the caller can’t view prevents no deletion and stays as it is', async () => {
    const account = (await stage.asAdmin('POST', '/accounts', { name: 'Referred to' })).id;
    const name = `Unseen ${randomUUID()}`;
    await stage.asAdmin('POST', '/opportunities', { name, account });
    await stage.wear({ permissions: all('*', ['account']) });
    const answer = await stage.asIntruder('DELETE', `/accounts/${account}`);
    expect(answer.status).toBe(204);
    expect(JSON.stringify(answer.body ?? null)).not.toContain(name);
  });
});
