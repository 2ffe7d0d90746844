import { randomUUID } from 'node:crypto';
import { EndpointRegistry } from '@pellucid/platform/http';
import { describe, expect, test } from 'vitest';
import { apiKeysStage, using } from './testing/api-keys-stage.js';
import { requestOf } from './testing/route-rules.js';
import { seededWorld } from './testing/seeded-world.js';

const stage = apiKeysStage();
const { admin, make, outcome } = stage;

describe('rights', () => {
  test('the key’s role decides, and a changed role holds within a second', async () => {
    const { id, key } = await make({ roleId: stage.roles['readOnly'] });
    const account = (await admin('POST', '/accounts', { name: 'Readable' })).body.id;
    const write = () =>
      stage.api.call('PATCH', `/accounts/${account}`, using(key, { body: { website: 'https://a.example' } }));
    expect((await stage.api.call('GET', `/accounts/${account}`, using(key))).status).toBe(200);
    expect(await write()).toMatchObject({ status: 403, body: { code: 'permissionMissing' } });
    expect((await stage.api.call('GET', '/api-keys', using(key))).status).toBe(403);
    const bulk = { action: 'create', rows: [{ name: 'No' }] };
    const tried = await stage.api.call('POST', '/accounts/bulk', using(key, { body: bulk }));
    expect(tried.body.results?.[0].status ?? tried.status).toSatisfy(
      (s: unknown) => s === 'failed' || s === 403,
    );
    await admin('PATCH', `/api-keys/${id}`, { roleId: stage.roles['salesManager'] });
    expect((await write()).status).toBe(200);
  });

  test('nobody makes, changes or rotates a key that may do more than they may; revoking is open to who manages keys', async () => {
    const { people } = stage;
    const limited = await people.role({
      system: ['manageIntegrations'],
      permissions: [{ object: 'account', action: '*', scope: 'all' }],
      fields: [{ object: 'account', field: 'phone', access: 'mask' }],
    });
    const weaker = await people.role({
      permissions: [{ object: 'account', action: 'read', scope: 'all' }],
      fields: [{ object: 'account', field: 'phone', access: 'hidden' }],
    });
    const clearer = await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'all' }] });
    const wider = await people.role({ permissions: [{ object: '*', action: 'read', scope: 'all' }] });
    const { token } = await people.colleague([limited]);
    await people.settle();
    const call = (method: string, path: string, body?: unknown) =>
      stage.api.call(method, path, { token, body });
    const wish = (roleId: string | undefined) => call('POST', '/api-keys', { name: 'Mine', roleId });

    for (const roleId of [stage.roles['companyAdmin'], clearer, wider])
      expect(await wish(roleId)).toMatchObject({ status: 403, body: { code: 'roleNotGrantable' } });
    const made = await wish(weaker);
    expect(made.status).toBe(201);
    expect((await call('PATCH', `/api-keys/${made.body.id}`, { roleId: clearer })).status).toBe(403);
    expect((await call('PATCH', `/api-keys/${made.body.id}`, { name: 'Yours' })).status).toBe(200);

    const strong = await make();
    expect((await call('PATCH', `/api-keys/${strong.id}`, { name: 'Taken' })).status).toBe(403);
    expect((await call('PATCH', `/api-keys/${strong.id}`, { roleId: weaker })).status).toBe(403);
    expect(await call('POST', `/api-keys/${strong.id}/rotate`, { overlapMinutes: 60 })).toMatchObject({
      status: 403,
      body: { code: 'roleNotGrantable' },
    });
    expect(await outcome(strong.key)).toBe('allowed');
    expect((await call('DELETE', `/api-keys/${strong.id}`)).status).toBe(204);

    // The same holds for a key that manages keys.
    const maker = await make({ roleId: limited });
    const byKey = (roleId: string | undefined) =>
      stage.api.call('POST', '/api-keys', using(maker.key, { body: { name: 'Child', roleId } }));
    expect((await byKey(stage.roles['companyAdmin'])).status).toBe(403);
    const child = await byKey(weaker);
    expect(child.body.createdBy).toEqual({ id: maker.id, name: 'Shop' });
  });

  test("endpoints about a person answer a key with needsPerson, and a key can't view as a role", async () => {
    const { key } = await make();
    for (const [method, path, body] of [
      ['GET', '/auth/me'],
      ['GET', '/auth/sessions'],
      ['DELETE', `/auth/sessions/${randomUUID()}`],
      ['POST', '/auth/switch', { tenantId: stage.company.tenantId }],
      ['POST', '/auth/change-password', { currentPassword: 'a', newPassword: 'b' }],
    ] as const)
      expect(await stage.api.call(method, path, using(key, { body })), path).toMatchObject({
        status: 403,
        body: { code: 'needsPerson' },
      });
    const through = using(key, { headers: { 'x-view-as-role': stage.roles['readOnly']! } });
    expect(await stage.api.call('GET', '/accounts', through)).toMatchObject({
      status: 403,
      body: { code: 'needsPerson' },
    });
  });

  test('every endpoint answers a key without failing, whatever its role', async () => {
    const world = await seededWorld(stage.api);
    const { data } = (await stage.api.call('GET', '/roles', { token: world.token })).body;
    const role = (key: string) => data.find((one: { key: string }) => one.key === key).id;
    const specs = stage.api.app.get(EndpointRegistry).all();
    const failures: string[] = [];
    let allowed = 0;
    for (const name of ['companyAdmin', 'readOnly']) {
      const { key } = await make({ roleId: role(name) }, world);
      for (const spec of specs.filter((s) => s.access !== 'public')) {
        const { path, body } = requestOf(spec, world.ids);
        const answer = await stage.api.call(spec.method, path, using(key, { body }));
        const where = `${name} ${spec.method} ${spec.path}: ${answer.status} ${answer.body?.code}`;
        if (answer.status < 300) allowed++;
        if (answer.status >= 500 || answer.status === 401) failures.push(where);
        if (spec.person ? answer.body?.code !== 'needsPerson' : answer.body?.code === 'needsPerson')
          failures.push(where);
        const isRead = spec.method === 'get' || spec.reads === true;
        if (name === 'readOnly' && !isRead && answer.status < 300) failures.push(where);
      }
      expect(
        (await stage.api.call('GET', '/accounts', using(key))).status,
        'the key was lost on the way',
      ).toBe(200);
    }
    expect(failures).toEqual([]);
    expect(allowed).toBeGreaterThan(100);
  });
});

describe('writes by a key', () => {
  test('name the key as author: create, change, bulk and convert; repeating them has no effect', async () => {
    const { id, key } = await make({ name: 'Shop sync', roleId: stage.roles['salesManager'] });
    const actor = { kind: 'apiKey', id, name: 'Shop sync' };
    const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      stage.api.call(method, path, using(key, { body, headers }));
    const repeat = { 'idempotency-key': randomUUID() };
    const made = await call('POST', '/accounts', { name: 'From the shop' }, repeat);
    expect(made).toMatchObject({ status: 201, body: { owner: null, createdBy: actor } });
    expect((await call('POST', '/accounts', { name: 'From the shop' }, repeat)).body.id).toBe(made.body.id);
    // The same Idempotency-Key from somebody else is a different key.
    expect((await admin('POST', '/accounts', { name: 'From the shop' }, repeat)).body.id).not.toBe(
      made.body.id,
    );
    expect((await call('PATCH', `/accounts/${made.body.id}`, { city: 'Bern' })).status).toBe(200);
    const bulk = await call('POST', '/accounts/bulk', {
      action: 'update',
      ids: [made.body.id],
      changes: { city: 'Basel' },
    });
    expect(bulk.body.counts).toMatchObject({ updated: 1 });
    const history = (await admin('GET', `/accounts/${made.body.id}/history`)).body.data;
    expect(history.map((entry: { verb: string }) => entry.verb)).toEqual(['updated', 'updated', 'created']);
    for (const entry of history) expect(entry.actor).toEqual(actor);

    const lead = (await call('POST', '/leads', { lastName: 'Ng', company: 'Ng Ltd' })).body;
    const converted = await call('POST', `/leads/${lead.id}/convert`, { createOpportunity: true });
    expect(converted).toMatchObject({ status: 200, body: { account: { name: 'Ng Ltd' } } });
    const opportunity = (await admin('GET', `/opportunities/${converted.body.opportunity.id}/history`)).body
      .data;
    expect(opportunity.at(-1).actor).toEqual(actor);
  });

  test('show the key as author on the record and in lists to everyone who can view it, even after it is revoked', async () => {
    const { id, key } = await make({ name: 'Web form' });
    const actor = { kind: 'apiKey', id, name: 'Web form' };
    const made = await stage.api.call('POST', '/accounts', using(key, { body: { name: 'From the form' } }));
    expect(made.body).toMatchObject({ createdBy: actor, updatedBy: actor });
    const own = await admin('POST', '/accounts', { name: 'By hand' });
    const changed = await stage.api.call(
      'PATCH',
      `/accounts/${own.body.id}`,
      using(key, { body: { city: 'Bern' } }),
    );
    const person = { kind: 'member', id: stage.company.memberId, name: 'Ada Admin' };
    expect(changed.body).toMatchObject({ createdBy: person, updatedBy: actor });
    expect((await admin('DELETE', `/api-keys/${id}`)).status).toBeLessThan(300);

    const { people } = stage;
    const role = await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'all' }] });
    const reader = await people.colleague([role]);
    await people.settle();
    for (const [token, who] of [
      [stage.company.token, person],
      // The reader may see no members, so people appear without names. Keys have names, as in the history.
      [reader.token, { kind: 'member', id: stage.company.memberId }],
    ] as const) {
      const { data } = (await stage.api.call('GET', '/accounts?limit=200', { token })).body;
      const by = (account: string) => data.find((a: { id: string }) => a.id === account);
      expect(by(made.body.id)).toMatchObject({ createdBy: actor, updatedBy: actor });
      expect(by(own.body.id).updatedBy).toEqual(actor);
      expect(by(own.body.id).createdBy).toEqual(who);
      const [entry] = (await stage.api.call('GET', `/accounts/${made.body.id}/history`, { token })).body.data;
      expect(entry.actor).toEqual(actor);
    }
  });
});
