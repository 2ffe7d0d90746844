import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { AccessDirectory, type Permission } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { answerStream } from '@pellucid/platform/http';
import { RecordRegistry } from '@pellucid/platform/records';
import {
  eventually,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiAnswer, type ApiCall, type TestApi, testApi } from './testing/api-process.js';
import { type Colleague, TestPeople, type TestRole } from './testing/colleagues.js';
import { endpointsOf } from './testing/outlets.js';
import { minimalRecord, multipart, seed, seededWorld, type World } from './testing/seeded-world.js';

/* What somebody tries who knows the API well and means no good. */

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));

let database: TestDatabase;
let api: TestApi;
let mine: World;
let theirs: World;
let people: TestPeople;
let intruder: Colleague;
let colleague: Colleague;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  [mine, theirs] = [await seededWorld(api), await seededWorld(api)];
  people = await TestPeople.of(database, api, mine);
  const nothing = await people.role({});
  [intruder, colleague] = [await people.colleague([nothing]), await people.colleague([nothing])];
  refresh();
});
afterAll(async () => {
  await people?.end();
  await api?.close();
  await database?.drop();
});

function refresh(): void {
  api.app.get(AccessDirectory).forget(mine.tenantId);
}
const OBJECTS = [
  'account',
  'contact',
  'lead',
  'opportunity',
  'product',
  'tag',
  'member',
  'team',
  'legalEntity',
  'pipeline',
  'stage',
];
const all = (action = '*', objects = OBJECTS): Permission[] =>
  objects.map((object) => ({ object, action, scope: 'all' }));

/** Makes the intruder somebody with these roles. */
async function wear(...roles: TestRole[]): Promise<void> {
  await people.sql('delete from member_role where tenant_id = $1 and member_id = $2', [
    mine.tenantId,
    intruder.memberId,
  ]);
  for (const role of roles)
    await people.sql('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
      mine.tenantId,
      intruder.memberId,
      await people.role(role),
    ]);
  refresh();
}
const asIntruder = (method: string, path: string, call: ApiCall = {}) =>
  api.call(method, path, { token: intruder.token, ...call });
const asAdmin = async (method: string, path: string, body?: unknown) => {
  const answer = await api.call(method, path, { token: mine.token, body });
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const codes = (answer: ApiAnswer) =>
  Object.fromEntries(
    (answer.body.errors ?? []).map((e: { pointer: string; code: string }) => [e.pointer, e.code]),
  );
/** An answer without what tells requests apart. */
const anonymous = ({ status, body }: ApiAnswer) => {
  const { correlationId: _, instance: __, ...rest } = (body ?? {}) as Record<string, unknown>;
  return { status, body: rest };
};

describe('mass assignment', () => {
  const SMUGGLED: Record<string, () => unknown> = {
    id: () => randomUUID(),
    tenantId: () => theirs.tenantId,
    tenant_id: () => theirs.tenantId,
    ownerId: () => colleague.memberId,
    owner_id: () => colleague.memberId,
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
    custom: () => ({ tenantId: theirs.tenantId }),
    meta: () => ({ access: {} }),
  };

  test('no object takes what is not a field of it, alone, in bulk or with other changes', async () => {
    await wear({ permissions: all() });
    const taken: string[] = [];
    for (const descriptor of api.app.get(RecordRegistry).all()) {
      const { key, plural, operations, byKey } = descriptor;
      for (const [name, value] of Object.entries(SMUGGLED)) {
        if (byKey.has(name)) continue;
        const at = name === 'custom' ? '/custom/tenantId' : `/${name}`;
        const bodies: [string, string, unknown, boolean][] = [];
        if (operations.create)
          bodies.push([
            'POST',
            `/${plural}`,
            { ...minimalRecord(descriptor, mine.ids), [name]: value() },
            true,
          ]);
        if (operations.update) {
          bodies.push(['PATCH', `/${plural}/${mine.ids[key]}`, { [name]: value() }, true]);
          // In a bulk row, "id" and "version" say which record and version is meant.
          if (name !== 'id' && name !== 'version')
            bodies.push([
              'POST',
              `/${plural}/bulk`,
              { action: 'update', rows: [{ id: mine.ids[key], [name]: value() }] },
              false,
            ]);
        }
        for (const [method, path, body, whole] of bodies) {
          const answer = await asIntruder(method, path, { body });
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

  test('owner and legal entity cannot be set beyond one’s right to hand on', async () => {
    await wear({
      permissions: [
        { object: 'account', action: 'read', scope: 'all' },
        { object: 'account', action: 'create', scope: 'own' },
        { object: 'account', action: 'update', scope: 'own' },
        { object: 'member', action: 'read', scope: 'all' },
      ],
    });
    const body = { name: 'For somebody else', owner: colleague.memberId };
    expect(codes(await asIntruder('POST', '/accounts', { body }))).toEqual({ '/owner': 'outOfScope' });
    const own = (await asIntruder('POST', '/accounts', { body: { name: 'Mine' } })).body;
    expect(own.owner.id).toBe(intruder.memberId);
    const given = await asIntruder('PATCH', `/accounts/${own.id}`, { body: { owner: colleague.memberId } });
    expect(codes(given)).toEqual({ '/owner': 'assignForbidden' });
    const bulk = await asIntruder('POST', '/accounts/bulk', {
      body: { action: 'update', ids: [own.id], changes: { owner: colleague.memberId } },
    });
    expect(bulk.status).toBe(403);
    // A member of another company is nobody here, and neither is one's own id in another company's header.
    const stranger = { name: 'For a stranger', owner: theirs.memberId };
    expect(codes(await asIntruder('POST', '/accounts', { body: stranger }))).toEqual({
      '/owner': 'referenceMissing',
    });
  });
});

/** Endpoints that tell what is out of one's sight from what is not there, and why. */
const TELLING: Record<string, string> = {
  explainAccess: 'says why one does not see a record, which takes that it is there; its name it does not say',
};

describe('ids of others', () => {
  test('by every endpoint, what one may not see is answered like what is not there', async () => {
    const own: Permission[] = OBJECTS.flatMap((object) => ({ object, action: '*', scope: 'own' as const }));
    await wear({ permissions: own, system: ['manageImports', 'viewAudit'] });
    const records = new Set([...OBJECTS]);
    const told: string[] = [];
    let tried = 0;
    for (const spec of endpointsOf(api)) {
      const sampled = spec.sample?.(mine.ids);
      const parameters = Object.entries(sampled?.params ?? {});
      const uses = [...records].filter(
        (object) =>
          parameters.some(([, id]) => id === mine.ids[object]) ||
          Object.values(sampled?.query ?? {}).includes(mine.ids[object]!),
      );
      if (!uses.length) continue;
      const answers: ReturnType<typeof anonymous>[] = [];
      for (const world of [mine.ids, theirs.ids, missingIds(mine.ids)]) {
        const { params = {}, query } = spec.sample!(world);
        const path = spec.path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? 'none');
        const search = query ? `?${new URLSearchParams(query)}` : '';
        const body =
          spec.method === 'get' || spec.method === 'delete' ? undefined : (spec.sample!(mine.ids).body ?? {});
        answers.push(anonymous(await asIntruder(spec.method.toUpperCase(), `${path}${search}`, { body })));
        tried++;
      }
      const [seen, foreign, missing] = answers.map((a) => JSON.stringify(withoutIds(a)));
      if ((seen !== missing && !(spec.operationId in TELLING)) || foreign !== missing)
        told.push(`${spec.method} ${spec.path}: ${seen} / ${foreign} / ${missing}`);
    }
    expect(told).toEqual([]);
    expect(tried).toBeGreaterThan(200);
  });

  /** Ids of nothing, in the place of each record's. */
  function missingIds(ids: Record<string, string>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(ids).map(([key, id]) => [key, OBJECTS.includes(key) ? randomUUID() : id]),
    );
  }
  /** What was sent may come back, such as a path in a message. */
  function withoutIds(answer: object): object {
    return JSON.parse(JSON.stringify(answer).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id'));
  }
});

describe('filters, sorts and searches', () => {
  const nested = (depth: number): object =>
    Array.from({ length: depth }).reduce<object>((inner) => ({ not: inner }), {
      field: 'name',
      op: 'eq',
      value: 'x',
    });
  const deep = (depth: number) =>
    `${'{"not":'.repeat(depth)}{"field":"name","op":"eq","value":"x"}${'}'.repeat(depth)}`;
  const leaf = (given: object) => ({ field: 'name', op: 'eq', value: 'x', ...given });

  test.each([
    ['an over-long text', { filter: leaf({ value: 'x'.repeat(100_000) }) }],
    ['nine levels', { filter: nested(9) }],
    ['a thousand levels', { filter: nested(1000) }],
    [
      'ten thousand values',
      { filter: leaf({ op: 'in', value: Array.from({ length: 10_000 }, (_, i) => `v${i}`) }) },
    ],
    ['five thousand leaves', { filter: { any: Array.from({ length: 5000 }, () => leaf({})) } }],
    ['a path of fifty fields', { filter: leaf({ field: Array(50).fill('parent').join('.') }) }],
    ['a path that is no path', { filter: leaf({ field: 'name"; drop table account; --' }) }],
    ['a prototype for a field', { filter: leaf({ field: '__proto__' }) }],
    ['a constructor for a field', { filter: leaf({ field: 'constructor' }) }],
    ['a constructor on the way', { filter: leaf({ field: 'parent.constructor.name' }) }],
    ['an operator of its own', { filter: leaf({ op: "= '' or 1=1 --" }) }],
    ['a prototype for an operator', { filter: leaf({ op: 'toString' }) }],
    ['an object for a value', { filter: leaf({ value: { $ne: null } }) }],
    ['a list for a tree', { filter: [leaf({})] }],
    ['two shapes at once', { filter: { ...leaf({}), all: [] } }],
    ['a sort with SQL', { sort: 'amount;drop table account' }],
    ['a sort by a column', { sort: 'tenant_id' }],
    ['a sort by a path', { sort: 'owner.identityId' }],
    ['a sort by a prototype', { sort: '__proto__' }],
    ['ten sorts', { sort: Array(10).fill('name').join(',') }],
    ['a field that is none', { fields: ['password_hash'] }],
    ['a prototype to answer with', { fields: ['__proto__'] }],
    ['a cursor of one’s own making', { cursor: Buffer.from('{"id":1}').toString('base64url') }],
    ['a page of a million', { limit: 1_000_000 }],
    ['a page of minus one', { limit: -1 }],
  ])('%s is refused with the reason', async (_, body) => {
    await wear({ permissions: all() });
    const started = performance.now();
    const answer = await asIntruder('POST', '/accounts/query', { body });
    expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
    expect(answer.body.detail).toBeTruthy();
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test.each([
    ['a hundred thousand levels', deep(100_000)],
    ['no JSON', '{"field":'],
    ['more than there may be', `"${'x'.repeat(70_000)}"`],
  ])('%s in the address is refused', async (_, filter) => {
    await wear({ permissions: all() });
    const answer = await asIntruder('GET', `/accounts?filter=${encodeURIComponent(filter)}`);
    expect([400, 414, 431]).toContain(answer.status);
  });

  test('wildcards, quotes and NUL in texts mean themselves', async () => {
    await wear({ permissions: all() });
    const marked = await asAdmin('POST', '/accounts', { name: `100%_o'reilly\\ ${randomUUID()}` });
    for (const value of ['%', '_', "'", '\\', '"', '--', '; drop table account'])
      for (const op of ['contains', 'eq', 'startswith']) {
        const answer = await asIntruder('POST', '/accounts/query', {
          body: { filter: leaf({ op, value }), limit: 200 },
        });
        expect(answer.status).toBe(200);
        const ids = answer.body.data.map((d: { id: string }) => d.id);
        const holds = op === 'contains' && marked.name.includes(value);
        expect(ids.includes(marked.id), `${op} ${value}`).toBe(holds);
      }
    for (const q of ['%', '_', "' or '1'='1", '\u0000', '\ud800', 'x'.repeat(200)])
      expect((await asIntruder('POST', '/accounts/query', { body: { q } })).status).toBeLessThan(500);
  });

  test('what is withheld cannot be asked for by bulk selections, sums and the audit either', async () => {
    await wear({
      permissions: all(),
      system: ['viewAudit'],
      fields: [
        { object: 'opportunity', field: 'amount', access: 'hidden' },
        { object: 'account', field: 'name', access: 'mask' },
      ],
    });
    const filter = { field: 'amount', op: 'gt', value: '0' };
    const bulk = { action: 'update', filter, changes: { nextStep: 'Found out' } };
    expect((await asIntruder('POST', '/opportunities/bulk', { body: bulk })).body.code).toBe(
      'fieldNotInClear',
    );
    const totals = await asIntruder(
      'GET',
      `/pipelines/${mine.ids['pipeline']}/totals?filter=${encodeURIComponent(JSON.stringify(filter))}`,
    );
    expect(totals.body.code).toBe('fieldNotInClear');
    const sums = await asIntruder('GET', `/pipelines/${mine.ids['pipeline']}/totals`);
    expect(sums.body.meta.access).toEqual({ amount: 'hidden', baseAmount: 'hidden' });
    expect(JSON.stringify(sums.body.data)).not.toContain('"amount"');
    // By the amount in base currency, by the account's name through the deal, and by the order of accounts.
    for (const field of ['baseAmount', 'account.name'])
      expect(
        (await asIntruder('POST', '/opportunities/query', { body: { filter: { field, op: 'exists' } } }))
          .status,
        field,
      ).toBe(422);
    for (const sort of ['amount', '-baseAmount', 'account'])
      expect((await asIntruder('GET', `/opportunities?sort=${sort}`)).body.code, sort).toBe(
        'fieldNotInClear',
      );
    expect((await asIntruder('GET', '/audit?object=opportunity&field=amount')).status).toBe(422);
  });
});

describe('bodies and headers', () => {
  const raw = (path: string, payload: string, method = 'POST') =>
    asIntruder(method, path, { body: payload, headers: { 'content-type': 'application/json' } });

  test('prototypes and constructors in JSON change nothing', async () => {
    await wear({ permissions: all() });
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

  test('of a key given twice the last one counts, for the check and for the write', async () => {
    await wear({ permissions: all(), fields: [{ object: 'account', field: 'phone', access: 'view' }] });
    const answer = await raw('/accounts', '{"name":"First","name":"Last"}');
    expect(answer.status).toBe(201);
    expect(answer.body.name).toBe('Last');
    const twice = await raw('/accounts', '{"name":"Twice","phone":null,"phone":"+41 44 000 00 00"}');
    expect(codes(twice)).toEqual({ '/phone': 'fieldNotWritable' });
  });

  test('a body of another kind is refused', async () => {
    await wear({ permissions: all() });
    for (const body of ['[]', '"text"', '42', 'null', '[{"name":"x"}]'])
      expect([400, 422], body).toContain((await raw('/accounts', body)).status);
    const form = await asIntruder('POST', '/accounts', {
      body: 'name=Form',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([400, 415]).toContain(form.status);
  });

  test('X-Tenant leads nowhere else, and no other header gives rights', async () => {
    await wear({ permissions: [{ object: 'account', action: 'read', scope: 'own' }] });
    for (const tenant of [theirs.tenantId, randomUUID(), 'pellucid'])
      expect((await asIntruder('GET', '/accounts', { headers: { 'x-tenant': tenant } })).status).toBe(404);
    const usual = (await asIntruder('GET', '/accounts')).body;
    expect(usual.data.length).toBeGreaterThan(0);
    for (const account of usual.data) expect(account.owner.id).toBe(intruder.memberId);
    const [name, value] = ['x-http-method-override', 'DELETE'];
    for (const headers of [
      { [name]: value },
      { 'x-original-url': '/api/v1/roles' },
      { 'x-rewrite-url': '/api/v1/roles' },
      { 'x-user-id': mine.memberId },
      { 'x-member-id': mine.memberId },
      { 'x-forwarded-user': mine.email },
    ]) {
      const answer = await asIntruder('GET', '/accounts', { headers: headers as Record<string, string> });
      expect(answer.body).toEqual(usual);
    }
    expect((await asAdmin('GET', `/accounts/${mine.ids['account']}`)).id).toBe(mine.ids['account']);
  });

  test('only an administrator looks through a role, only of the own company, and only looks', async () => {
    const wide = await people.role({ permissions: all() });
    await wear({
      permissions: [{ object: 'account', action: 'read', scope: 'own' }],
      system: ['manageRoles'],
    });
    const through = { 'x-view-as-role': wide };
    expect((await asIntruder('GET', '/accounts', { headers: through })).status).toBe(403);
    const admin = (method: string, path: string, call: ApiCall) =>
      api.call(method, path, { token: mine.token, ...call });
    expect((await admin('GET', '/accounts', { headers: through })).status).toBe(200);
    const writes: [string, string, unknown][] = [
      ['POST', '/accounts', { name: 'Written through a role' }],
      ['PATCH', `/accounts/${mine.ids['account']}`, { phone: null }],
      ['DELETE', `/accounts/${mine.ids['account']}`, undefined],
      ['POST', '/accounts/bulk', { action: 'update', ids: [mine.ids['account']], changes: {} }],
      ['PUT', `/members/${intruder.memberId}/roles`, { roleIds: [wide] }],
      ['POST', `/members/${intruder.memberId}/deactivate`, undefined],
      ['POST', '/auth/sessions/end-others', undefined],
    ];
    for (const [method, path, body] of writes) {
      const answer = await admin(method, path, { body, headers: through });
      expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([403, 'viewAsReadsOnly']);
    }
    expect((await admin('POST', '/accounts/query', { body: {}, headers: through })).status).toBe(200);
    const [foreign] = (await api.call('GET', '/roles', { token: theirs.token })).body.data;
    for (const role of [foreign.id, randomUUID(), 'companyAdmin', `${wide}, ${wide}`])
      expect((await admin('GET', '/accounts', { headers: { 'x-view-as-role': role } })).status).toBe(400);
  });
});

describe('what is shared', () => {
  test('stays whose it is: a share takes no record over, not even one that is nobody’s', async () => {
    const share = async (given: object) => {
      const { id } = await asAdmin('POST', '/accounts', { name: `Shared ${randomUUID()}`, ...given });
      await asAdmin('POST', '/shares', {
        object: 'account',
        record: id,
        grantee: { kind: 'member', id: intruder.memberId },
        access: 'edit',
      });
      return id as string;
    };
    const own = ['read', 'update', 'delete', 'assign'].map(
      (action): Permission => ({ object: 'account', action, scope: 'own' }),
    );
    await wear({ permissions: [...own, ...all('read', ['member'])] });
    for (const owner of [null, colleague.memberId]) {
      const id = await share({ owner });
      const take = { owner: intruder.memberId };
      expect(codes(await asIntruder('PATCH', `/accounts/${id}`, { body: take }))).toEqual({
        '/owner': 'assignForbidden',
      });
      expect((await asIntruder('PATCH', `/accounts/${id}`, { body: { description: 'x' } })).status).toBe(200);
      expect((await asIntruder('DELETE', `/accounts/${id}`)).status).toBe(403);
    }
    // Nor into one's own legal entity, whose records one may delete.
    const entity = async () =>
      (await asAdmin('POST', '/legal-entities', { name: `Entity ${randomUUID()}` })).id as string;
    const [home, away] = [await entity(), await entity()];
    await people.sql('update member set legal_entity_id = $2 where id = $1', [intruder.memberId, home]);
    await wear({
      permissions: [
        ...own.map((permission): Permission => ({ ...permission, scope: 'legalEntity' })),
        ...all('read', ['member', 'legalEntity']),
      ],
    });
    const abroad = await share({ owner: null, legalEntity: away });
    const moved = await asIntruder('PATCH', `/accounts/${abroad}`, { body: { legalEntity: home } });
    expect(codes(moved)).toEqual({ '/legalEntity': 'assignForbidden' });
    await people.sql('update member set legal_entity_id = null where id = $1', [intruder.memberId]);
    // By a role that reaches it, what is nobody's may be taken.
    const free = await asAdmin('POST', '/accounts', { name: 'Free', owner: null });
    await wear({ permissions: all() });
    const taken = await asIntruder('PATCH', `/accounts/${free.id}`, { body: { owner: intruder.memberId } });
    expect(taken.status).toBe(200);
  });
});

describe('the frame of rights', () => {
  const refused = (answer: ApiAnswer, pointer: string) => {
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer, code: 'framesRights' }]);
  };

  test('the right to edit people and teams gives no team, no managership and no legal entity', async () => {
    await wear({ permissions: all('*', ['member', 'team', 'legalEntity']) });
    const team = await people.team({});
    const entity = (await asIntruder('POST', '/legal-entities', { body: { name: `Far ${randomUUID()}` } }))
      .body.id;
    const me = `/members/${intruder.memberId}`;
    refused(await asIntruder('PATCH', me, { body: { team } }), '/team');
    refused(await asIntruder('PATCH', me, { body: { legalEntity: entity } }), '/legalEntity');
    refused(await asIntruder('PATCH', me, { body: { legalEntities: [entity] } }), '/legalEntities');
    refused(
      await asIntruder('PATCH', `/teams/${team}`, { body: { manager: intruder.memberId } }),
      '/manager',
    );
    const above = await asIntruder('POST', '/teams', {
      body: { name: `Above ${randomUUID()}`, manager: intruder.memberId },
    });
    expect(above.status).toBe(201);
    refused(await asIntruder('PATCH', `/teams/${team}`, { body: { parent: above.body.id } }), '/parent');
    const bulk = { action: 'update', ids: [team], changes: { manager: intruder.memberId } };
    expect((await asIntruder('POST', '/teams/bulk', { body: bulk })).body.results).toMatchObject([
      { status: 'failed' },
    ]);
    const question = `object=team&record=${team}`;
    const why = await asIntruder('GET', `/access/explain?${question}&action=update&field=manager`);
    expect(why.body.allowed).toBe(false);
    expect(JSON.stringify(why.body.steps)).toContain('Manage people');
    expect((await asIntruder('GET', `/access/rights?${question}`)).body.fields).toMatchObject({
      manager: 'view',
      description: 'edit',
    });
    // What frames nothing is theirs to change.
    expect((await asIntruder('PATCH', `/teams/${team}`, { body: { description: 'Ours' } })).status).toBe(200);

    await wear({ permissions: all('*', ['member', 'team', 'legalEntity']), system: ['manageUsers'] });
    expect((await asIntruder('PATCH', me, { body: { team } })).status).toBe(200);
    expect((await asIntruder('PATCH', me, { body: { team: null } })).status).toBe(200);
  });
});

describe('previews', () => {
  test('count only records that one sees: conditions that are tried out tell nothing of others', async () => {
    const reading: Permission = { object: 'account', action: 'read', scope: 'own' };
    const role = await people.role({ permissions: [reading] });
    const holder = await people.colleague([role]);
    const named = (name: string, owner: string) => asAdmin('POST', '/accounts', { name, owner });
    await named('Vault', holder.memberId);
    await named('Other', holder.memberId);
    const lost = async (token: string, value: string) => {
      const condition = { field: 'name', op: 'eq', value };
      const { body } = await api.call('POST', `/roles/${role}/preview`, {
        token,
        body: { permissions: [{ ...reading, condition }] },
      });
      return body.members[0].changes[0].lost as number;
    };
    await wear({ permissions: [reading], system: ['manageRoles'] });
    for (const guess of ['Vault', 'Nothing']) expect(await lost(intruder.token, guess), guess).toBe(0);
    expect([await lost(mine.token, 'Vault'), await lost(mine.token, 'Nothing')]).toEqual([1, 2]);
  });
});

describe('long answers', () => {
  test('end with the right to them', async () => {
    await wear({ system: ['viewAudit'] });
    // Larger than what a stream reads ahead.
    async function* pages() {
      for (let page = 0; page < 9; page++) yield `${page}`.repeat(200_000);
    }
    const directory = api.app.get(AccessDirectory);
    const context = newContext({
      correlationId: randomUUID(),
      tenantId: mine.tenantId,
      actor: { kind: 'member', id: intruder.memberId },
      memberId: intruder.memberId,
    });
    const open = () =>
      runInContext(context, () => answerStream(pages(), directory, { system: 'viewAudit' })).iterator();
    const sent: number[] = [];
    for await (const piece of open()) sent.push(Number(String(piece)[0]));
    expect(new Set(sent).size).toBe(9);
    const stream = open();
    await stream.next();
    await wear({});
    const seen = new Set<string>();
    const rest = (async () => {
      for await (const piece of stream) seen.add(String(piece)[0]!);
    })();
    await expect(rest).rejects.toMatchObject({ status: 403 });
    expect(seen.size).toBeLessThan(4);
  });
});

describe('work of others', () => {
  test('who may view the audit sees a bulk job, and stops none', async () => {
    const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Row ${n}` }));
    const job = await asAdmin('POST', '/accounts/bulk', { action: 'create', rows });
    await wear({ system: ['viewAudit'] });
    expect((await asIntruder('GET', `/bulk-jobs/${job.id}`)).status).toBe(200);
    const stopped = await asIntruder('POST', `/bulk-jobs/${job.id}/cancel`);
    expect([stopped.status, stopped.body.code]).toEqual([403, 'notTheirsToCancel']);
    await wear({});
    expect((await asIntruder('POST', `/bulk-jobs/${job.id}/cancel`)).status).toBe(404);
    expect((await asAdmin('POST', `/bulk-jobs/${job.id}/cancel`)).status).toBe('cancelled');
  });
});

describe('deleting along', () => {
  test('nobody deletes by way of what it belongs to what they may not delete', async () => {
    const { account } = await seed(api, mine);
    await wear({ permissions: [...all('*', ['account']), ...all('read')] });
    const answer = await asIntruder('DELETE', `/accounts/${account}?referrers=delete`);
    expect([answer.status, answer.body.code]).toEqual([403, 'referrersForbidden']);
    expect((await asAdmin('GET', `/accounts/${account}`)).id).toBe(account);
  });

  test('nor at the second remove', async () => {
    const account = (await asAdmin('POST', '/accounts', { name: 'Root' })).id;
    const contact = (await asAdmin('POST', '/contacts', { lastName: 'Branch', account })).id;
    const deal = (await asAdmin('POST', '/opportunities', { name: 'Leaf', contact })).id;
    await wear({ permissions: [...all('*', ['account', 'contact']), ...all('read')] });
    const answer = await asIntruder('DELETE', `/accounts/${account}?referrers=delete`);
    expect(answer.status).toBe(403);
    for (const [plural, id] of [
      ['accounts', account],
      ['contacts', contact],
      ['opportunities', deal],
    ])
      expect((await asAdmin('GET', `/${plural}/${id}`)).id).toBe(id);
    await wear({ permissions: all() });
    expect((await asIntruder('DELETE', `/accounts/${account}?referrers=delete`)).status).toBe(204);
    expect((await api.call('GET', `/opportunities/${deal}`, { token: mine.token })).status).toBe(404);
  });

  test('a refusal names no record that one does not see, and says that there is more', async () => {
    const account = (await asAdmin('POST', '/accounts', { name: 'Referred to' })).id;
    const name = `Unseen ${randomUUID()}`;
    await asAdmin('POST', '/opportunities', { name, account });
    await wear({ permissions: all('*', ['account']) });
    const answer = await asIntruder('DELETE', `/accounts/${account}`);
    expect(answer.status).toBe(409);
    expect(answer.body.referrers).toEqual([
      { object: 'opportunity', field: 'account', label: 'Opportunities', records: [], more: true },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain(name);
  });
});

describe('reading by the back door', () => {
  const phone = '+41 44 123 45 67';
  let contact: string;

  beforeAll(async () => {
    for (const [field, strategy] of [
      ['phone', 'partial'],
      ['mobile', 'hash'],
      ['jobTitle', 'tokenize'],
      ['department', 'redact'],
    ])
      await people.sql(
        'insert into masking_rule (tenant_id, object, field, strategy) values ($1, $2, $3, $4) on conflict do nothing',
        [mine.tenantId, 'contact', field, strategy],
      );
    refresh();
    contact = (
      await asAdmin('POST', '/contacts', {
        lastName: 'Masked',
        phone,
        mobile: '+41 79 765 43 21',
        jobTitle: 'Head of secrets',
        department: 'Vault',
      })
    ).id;
  });

  const masked = ['phone', 'mobile', 'jobTitle', 'department'];
  const withMasks = (access: 'mask' | 'hidden'): TestRole => ({
    permissions: all(),
    fields: masked.map((field) => ({ object: 'contact', field, access })),
  });

  test('a masked value that is sent back changes nothing, any other is refused, the real one too', async () => {
    await wear(withMasks('mask'));
    const shown = (await asIntruder('GET', `/contacts/${contact}`)).body;
    const back = Object.fromEntries(masked.map((field) => [field, shown[field]]));
    for (const value of Object.values(back)) expect(value).toBeTruthy();
    const same = await asIntruder('PATCH', `/contacts/${contact}`, {
      body: { ...back, description: 'Changed' },
    });
    expect([same.status, same.body.description]).toEqual([200, 'Changed']);
    const real = await asAdmin('GET', `/contacts/${contact}`);
    expect([real.phone, real.department]).toEqual([phone, 'Vault']);
    for (const field of masked)
      for (const value of [real[field], `${back[field]}x`, '', null])
        expect(
          codes(await asIntruder('PATCH', `/contacts/${contact}`, { body: { [field]: value } })),
          field,
        ).toEqual({
          [`/${field}`]: 'fieldNotWritable',
        });
  });

  test('a hidden value cannot be guessed by writing it', async () => {
    await wear(withMasks('hidden'));
    for (const value of [phone, '+41 44 000 00 00', null, ''])
      expect(codes(await asIntruder('PATCH', `/contacts/${contact}`, { body: { phone: value } }))).toEqual({
        '/phone': 'fieldNotWritable',
      });
  });

  test('nor one that is only shown on one’s own records', async () => {
    const everywhere: TestRole = {
      permissions: all(),
      fields: [{ object: 'contact', field: 'phone', access: 'hidden' }],
    };
    const own: TestRole = {
      permissions: ['read', 'update'].map((action) => ({ object: 'contact', action, scope: 'own' })),
      fields: [{ object: 'contact', field: 'phone', access: 'view' }],
    };
    await wear(everywhere, own);
    expect((await asIntruder('GET', `/contacts/${contact}`)).body).not.toHaveProperty('phone');
    expect(codes(await asIntruder('PATCH', `/contacts/${contact}`, { body: { phone } }))).toEqual({
      '/phone': 'fieldNotWritable',
    });
    const mineToo = (
      await asAdmin('POST', '/contacts', { lastName: 'Mine', phone, owner: intruder.memberId })
    ).id;
    expect((await asIntruder('GET', `/contacts/${mineToo}`)).body.phone).toBe(phone);
    expect((await asIntruder('PATCH', `/contacts/${mineToo}`, { body: { phone } })).status).toBe(200);
  });

  test('nor told by a conflict of versions', async () => {
    await wear(withMasks('mask'));
    await asAdmin('PATCH', `/contacts/${contact}`, {
      phone: '+41 44 765 43 21',
      description: 'By an administrator',
    });
    const answer = await asIntruder('PATCH', `/contacts/${contact}`, {
      body: { description: 'By the intruder' },
      headers: { 'if-match': '"1"' },
    });
    expect(answer.status).toBe(412);
    expect(answer.body.current.description).toBe('By an administrator');
    expect(JSON.stringify(answer.body)).not.toMatch(/765 43 21|123 45 67/);
    await asAdmin('PATCH', `/contacts/${contact}`, { phone });
  });

  test('a conflict on a record that one may change and not see tells nothing of it', async () => {
    const account = await asAdmin('POST', '/accounts', { name: 'Unseen', description: 'Old secret' });
    await asAdmin('PATCH', `/accounts/${account.id}`, { description: 'New secret' });
    await wear({
      permissions: [...all('update', ['account']), { object: 'account', action: 'read', scope: 'own' }],
    });
    const answers = [];
    // The value that stands there, one that does not, and a field that nobody touched: all the same.
    for (const body of [{ description: 'New secret' }, { description: 'Guess' }, { industry: null }])
      answers.push(
        anonymous(
          await asIntruder('PATCH', `/accounts/${account.id}`, { body, headers: { 'if-match': '"1"' } }),
        ),
      );
    expect(answers[0]).toMatchObject({
      status: 412,
      body: { current: { version: 2 }, yours: { version: 1 }, original: { version: 1 } },
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(JSON.stringify(answers)).not.toContain('secret');
  });

  test('restoring, and going back to a version, show nothing that reading does not', async () => {
    const gone = (await asAdmin('POST', '/contacts', { lastName: `Gone ${randomUUID()}`, phone })).id;
    await asAdmin('DELETE', `/contacts/${gone}`);
    await wear({
      permissions: [
        { object: 'contact', action: 'read', scope: 'own' },
        { object: 'contact', action: 'delete', scope: 'all' },
        { object: 'contact', action: 'update', scope: 'all' },
      ],
    });
    const restored = await asIntruder('POST', `/contacts/${gone}/restore`);
    expect(restored.status).toBe(200);
    expect(JSON.stringify(restored.body)).not.toMatch(/Gone|123 45 67/);
    expect(restored.body.meta.access).toMatchObject({ lastName: 'hidden', phone: 'hidden' });
    for (const path of ['/history', '/as-of?version=1', ''])
      expect((await asIntruder('GET', `/contacts/${gone}${path}`)).status, path).toBe(404);
    const back = await asIntruder('POST', `/contacts/${gone}/restore-version`, { body: { version: 1 } });
    expect(JSON.stringify(back.body)).not.toMatch(/Gone|123 45 67/);
  });

  test('a repeated request is answered under today’s rights', async () => {
    await wear({ permissions: all() });
    const headers = { 'idempotency-key': randomUUID() };
    const body = { lastName: `Replayed ${randomUUID()}`, phone };
    const first = await asIntruder('POST', '/contacts', { body, headers });
    expect(first.status).toBe(201);
    await wear(withMasks('mask'));
    const masked = await asIntruder('POST', '/contacts', { body, headers });
    expect(masked.status).toBe(201);
    expect(masked.body.id).toBe(first.body.id);
    expect(masked.body.phone).not.toBe(phone);
    await wear({ permissions: [...all('create'), { object: 'contact', action: 'read', scope: 'none' }] });
    const blind = await asIntruder('POST', '/contacts', { body, headers });
    expect(JSON.stringify(blind.body)).not.toContain(body.lastName);
    await wear({ permissions: all('read') });
    expect((await asIntruder('POST', '/contacts', { body, headers })).status).toBe(403);
    // Another person's key with the same letters is another key.
    await wear({ permissions: all() });
    const other = await api.call('POST', '/contacts', { token: mine.token, body, headers });
    expect(other.status).toBe(201);
    expect(other.body.id).not.toBe(first.body.id);
  });

  test('a conversion carries over nothing that one does not see, and joins nothing that one does not see', async () => {
    const company = `Unseen ${randomUUID()}`;
    await asAdmin('POST', '/accounts', { name: company, owner: colleague.memberId });
    const lead = await asAdmin('POST', '/leads', {
      company,
      lastName: 'Convertible',
      phone,
      email: 'convertible@example.com',
      owner: intruder.memberId,
    });
    await wear({
      permissions: [
        ...all('*', ['lead', 'opportunity']),
        ...['read', 'create', 'update'].flatMap((action) =>
          ['account', 'contact'].map((object): Permission => ({ object, action, scope: 'own' })),
        ),
        ...all('read', ['member', 'pipeline', 'stage']),
      ],
      fields: [
        { object: 'lead', field: 'phone', access: 'mask' },
        { object: 'lead', field: 'email', access: 'hidden' },
      ],
    });
    const converted = await asIntruder('POST', `/leads/${lead.id}/convert`, { body: {} });
    expect(converted.status, JSON.stringify(converted.body)).toBe(200);
    const made = await asAdmin('GET', `/contacts/${converted.body.contact.id}`);
    expect([made.lastName, made.phone, made.email]).toEqual(['Convertible', null, null]);
    const account = await asAdmin('GET', `/accounts/${converted.body.account.id}`);
    expect([account.name, account.owner.id]).toEqual([company, intruder.memberId]);
    // Who does not see what a lead is called can make nothing of it.
    const nameless = await asAdmin('POST', '/leads', { company: 'Hidden', owner: intruder.memberId });
    await wear({
      permissions: all(),
      fields: [{ object: 'lead', field: 'company', access: 'hidden' }],
    });
    const refused = await asIntruder('POST', `/leads/${nameless.id}/convert`, { body: {} });
    expect([refused.status, refused.body.code]).toEqual([403, 'leadWithheld']);
  });

  test('a line tells neither the price of a product that one does not see nor that it is there', async () => {
    const product = (
      await asAdmin('POST', '/products', { name: 'Unseen', price: '4321.00', currency: 'USD' })
    ).id;
    const deal = (await asAdmin('POST', '/opportunities', { name: 'With lines', owner: intruder.memberId }))
      .id;
    const lines = (id: string) =>
      asIntruder('PUT', `/opportunities/${deal}/lines`, { body: { lines: [{ product: id }] } });
    await wear({ permissions: all('*', ['opportunity']) });
    const [there, missing] = [await lines(product), await lines(randomUUID())];
    expect(anonymous(there)).toEqual(anonymous(missing));
    expect(there.status).toBe(422);
    await wear({ permissions: all(), fields: [{ object: 'product', field: 'price', access: 'hidden' }] });
    const priced = await lines(product);
    expect(priced.status, JSON.stringify(priced.body)).toBe(200);
    expect(JSON.stringify(priced.body)).not.toContain('4321');
  });
});

describe('imports', () => {
  let worker: TestProcess;
  beforeAll(() => {
    worker = typescriptProcess(WORKER, { env: api.environment });
  });
  afterAll(() => worker?.kill());

  const upload = (options: object, content: string) =>
    multipart({ options: JSON.stringify(options) }, 'file.csv', content);
  async function ran(token: string, options: object, content: string): Promise<any> {
    const started = await api.call('POST', '/imports', { token, ...upload(options, content) });
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    return eventually(async () => {
      const { body } = await api.call('GET', `/imports/${started.body.id}`, { token });
      return ['completed', 'failed'].includes(body.status) ? body : undefined;
    }, 40_000);
  }

  test('match keys find nothing out of one’s scope, and cannot be what one does not see', async () => {
    const email = `${randomUUID()}@example.com`;
    await asAdmin('POST', '/contacts', { lastName: 'Unseen', email, owner: colleague.memberId });
    const scoped: TestRole = {
      permissions: [
        ...['read', 'create', 'update', 'import'].map(
          (action): Permission => ({ object: 'contact', action, scope: 'own' }),
        ),
      ],
      system: ['manageImports'],
    };
    await wear(scoped);
    const options = { object: 'contact', mapping: { Name: 'lastName', Email: 'email' }, matchBy: ['email'] };
    const file = (to: string) => `Name,Email\nTaken over,${to}\n`;
    const outcomes = [];
    for (const to of [email, `${randomUUID()}@example.com`]) {
      const run = await ran(intruder.token, { ...options, mode: 'update' }, file(to));
      const report = await asIntruder('GET', `/imports/${run.id}/errors.csv`);
      outcomes.push([run.counts.failed, report.body.replaceAll(to, 'address')]);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]![0]).toBe(1);
    await wear({ ...scoped, fields: [{ object: 'contact', field: 'email', access: 'mask' }] });
    const refused = await asIntruder('POST', '/imports', upload({ ...options, mode: 'upsert' }, file(email)));
    expect(codes(refused)).toMatchObject({ '/options/matchBy/0': 'fieldNotInClear' });
    const inspected = await asIntruder(
      'POST',
      '/imports/inspect',
      upload({ object: 'contact' }, file(email)),
    );
    expect(inspected.body.columns.map((c: { suggestedField?: string }) => c.suggestedField)).not.toContain(
      'email',
    );
  });

  test('a running import ends with the right to it, and with the sight of what its rows are told apart by', async () => {
    const importing: TestRole = { permissions: all(), system: ['manageImports'] };
    const total = 15_000;
    const file = `Name,Email\n${Array.from({ length: total }, (_, n) => `Row,row-${n}@example.com`).join('\n')}\n`;
    const options = {
      object: 'contact',
      mode: 'upsert',
      mapping: { Name: 'lastName', Email: 'email' },
      matchBy: ['email'],
    };
    const narrowed: [TestRole, RegExp][] = [
      [
        { ...importing, permissions: all().map((right) => ({ ...right, action: 'update' })) },
        /allow you to import/,
      ],
      [{ ...importing, fields: [{ object: 'contact', field: 'email', access: 'mask' }] }, /in clear/],
    ];
    for (const [role, reason] of narrowed) {
      await wear(importing);
      await people.settle();
      const started = await asIntruder('POST', '/imports', upload(options, file));
      expect(started.status, JSON.stringify(started.body)).toBe(202);
      const run = async () => (await asAdmin('GET', `/imports/${started.body.id}`)) as any;
      await eventually(async () => {
        const { counts } = await run();
        return counts.created + counts.updated + counts.unchanged > 0;
      }, 40_000);
      await wear(role);
      await people.settle();
      const ended = await eventually(async () => {
        const found = await run();
        return ['completed', 'failed'].includes(found.status) ? found : undefined;
      }, 40_000);
      expect([ended.status, ended.counts.total]).toEqual(['failed', total]);
      expect(ended.error).toMatch(reason);
      expect(ended.counts.created + ended.counts.updated + ended.counts.unchanged).toBeLessThan(total);
    }
  });

  test('files and reports of others are closed to those who do not see all that they may hold', async () => {
    const run = await ran(
      mine.token,
      { object: 'contact', mode: 'create', mapping: { Name: 'lastName', Email: 'email' } },
      'Name,Email\nSecret,no address\n',
    );
    const { rows } = await people.sql('select file_id from import_run where id = $1', [run.id]);
    const importing: TestRole = { permissions: all(), system: ['manageImports'] };
    await wear({ ...importing, fields: [{ object: 'contact', field: 'phone', access: 'mask' }] });
    expect((await asIntruder('GET', `/imports/${run.id}/errors.csv`)).status).toBe(403);
    await wear(importing);
    expect((await asIntruder('GET', `/imports/${run.id}/errors.csv`)).body).toContain('Secret');
    const options = { object: 'contact', mode: 'create', mapping: { Name: 'lastName' } };
    for (const path of ['/imports', '/imports/inspect']) {
      const answer = await asIntruder('POST', path, { body: { fileId: rows[0].file_id, options } });
      expect([400, 404, 415, 422], path).toContain(answer.status);
      expect(JSON.stringify(answer.body)).not.toContain('Secret');
    }
  });
});
