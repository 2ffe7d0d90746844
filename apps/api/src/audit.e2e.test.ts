import { randomUUID } from 'node:crypto';
import {
  AuditSealer,
  AnchorFiles,
  AuditLogRepository,
  SealedLog,
  SealKeys,
  SealsRepository,
  SealVerification,
} from '@pellucid/modules/audit/testing';
import type { FieldPermission, Permission } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '@pellucid/platform/db';
import { Relay } from '@pellucid/platform/events';
import { createLogger } from '@pellucid/platform/observability';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ApiCall,
  registerCompany,
  type TestApi,
  type TestCompany,
  testApi,
} from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let database: TestDatabase;
let api: TestApi;
let admin: pg.Client;
let company: TestCompany;
let people: TestPeople;

const all = (object: string, action = '*'): Permission => ({ object, action, scope: 'all' });
const clear = (...objects: string[]): FieldPermission[] =>
  objects.map((object) => ({ object, field: '*', access: 'edit' }));

/** People, named by what they may see. */
let auditor: Colleague;
let ownOnly: Colleague;
let withheld: Colleague;
let noContacts: Colleague;
let outsider: Colleague;

/** Events of the company, as its administrator reads them. */
let mine: any;
let theirs: any;
let contact: any;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  company = await registerCompany(api);
  people = await TestPeople.of(database, api, company);
  const viewAudit = ['viewAudit'];
  const colleague = async (role: Parameters<TestPeople['role']>[0]) =>
    people.colleague([await people.role(role)]);
  auditor = await colleague({ permissions: [all('*', 'read')], system: viewAudit, fields: clear('contact') });
  ownOnly = await colleague({
    permissions: [{ object: 'account', action: '*', scope: 'own' }, all('member', 'read')],
    system: viewAudit,
  });
  withheld = await colleague({
    permissions: [all('*', 'read')],
    system: viewAudit,
    fields: [
      ...clear('contact'),
      { object: 'contact', field: 'email', access: 'mask' },
      { object: 'contact', field: 'phone', access: 'hidden' },
      { object: 'contact', field: 'lastName', access: 'mask' },
    ],
  });
  noContacts = await colleague({ permissions: [all('account', 'read')], system: viewAudit });
  outsider = await colleague({ permissions: [all('*')] });
  await people.settle();

  mine = await made(ownOnly, '/accounts', { name: 'Owned account', city: 'Bern' });
  theirs = await made(company, '/accounts', { name: 'Other account' });
  contact = await made(company, '/contacts', {
    firstName: 'Ann',
    lastName: 'Canaryson',
    email: 'ann.canary@example.com',
    phone: '+41 44 111 22 33',
    account: theirs.id,
  });
  await call(company, 'PATCH', `/contacts/${contact.id}`, {
    email: 'second.canary@example.com',
    jobTitle: 'CFO',
  });
  await call(
    company,
    'PATCH',
    `/accounts/${theirs.id}`,
    { city: 'Chur' },
    { 'x-correlation-id': 'corr-4711' },
  );
  await call(company, 'DELETE', `/accounts/${theirs.id}?referrers=unlink`);
});
afterAll(async () => {
  await people?.end();
  await admin?.end();
  await api?.close();
  await database?.drop();
});

function call(
  who: { token: string },
  method: string,
  path: string,
  body?: unknown,
  headers?: ApiCall['headers'],
) {
  return api.call(method, path, { token: who.token, body, ...(headers ? { headers } : {}) });
}
async function made(who: { token: string }, path: string, body: unknown) {
  const answer = await call(who, 'POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const audit = (who: { token: string }, query: Record<string, string> = {}) =>
  call(who, 'GET', `/audit?${new URLSearchParams(query)}`);
async function entries(who: { token: string }, query: Record<string, string> = {}) {
  const answer = await audit(who, query);
  expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
  return answer.body.data as any[];
}
const told = (data: any[]) => data.map((e) => `${e.object} ${e.verb}`);

describe('filters', () => {
  test('a record’s events come newest first, with actor, time, origin and cause', async () => {
    const data = await entries(auditor, { object: 'contact', record: contact.id });
    // Deleting the account unlinked the contact.
    expect(data.map((e) => [e.verb, e.version])).toEqual([
      ['unlinked', 3],
      ['updated', 2],
      ['created', 1],
    ]);
    expect(data[1]).toMatchObject({
      object: 'contact',
      record: { id: contact.id, name: 'Ann Canaryson' },
      actor: { kind: 'member', id: company.memberId, name: 'Ada Admin' },
      cause: { kind: 'request', id: null },
      origin: { ip: '127.0.0.1', userAgent: 'lightMyRequest' },
      changes: {
        email: { before: 'ann.canary@example.com', after: 'second.canary@example.com' },
        jobTitle: { before: null, after: 'CFO' },
      },
    });
    expect(data[2].changes.account.after).toEqual({ id: theirs.id, name: 'Other account' });
    const history = (await call(auditor, 'GET', `/contacts/${contact.id}/history`)).body.data;
    expect(data.map(({ object: _, record: __, meta: ___, ...entry }) => entry)).toEqual(history);
  });

  test('by person', async () => {
    expect(told(await entries(auditor, { actor: ownOnly.memberId }))).toEqual(['account created']);
  });

  test('by action, and by action of one object', async () => {
    expect(told(await entries(auditor, { action: 'deleted' }))).toEqual(['account deleted']);
    expect(told(await entries(auditor, { action: 'updated', object: 'contact' }))).toEqual([
      'contact updated',
    ]);
    expect(told(await entries(auditor, { action: 'created', object: 'account' }))).toEqual([
      'account created',
      'account created',
    ]);
  });

  test('by correlation id', async () => {
    expect(told(await entries(auditor, { correlationId: 'corr-4711' }))).toEqual(['account updated']);
  });

  test('by field, also one whose values are encrypted in the log', async () => {
    expect(told(await entries(auditor, { object: 'account', field: 'city' }))).toEqual([
      'account deleted',
      'account updated',
      'account created',
    ]);
    expect(told(await entries(auditor, { object: 'contact', field: 'email' }))).toEqual([
      'contact updated',
      'contact created',
    ]);
    expect(await entries(auditor, { object: 'contact', field: 'department' })).toEqual([]);
  });

  test('by time, from inclusive and to exclusive', async () => {
    const data = await entries(auditor, { object: 'contact', record: contact.id });
    const [third, second, first] = data.map((e) => e.at as string);
    const between = async (query: Record<string, string>) =>
      (await entries(auditor, { record: contact.id, ...query })).map((e) => e.version);
    expect(await between({ from: second! })).toEqual([3, 2]);
    expect(await between({ to: second! })).toEqual([1]);
    expect(await between({ from: first!, to: third! })).toEqual([2, 1]);
    expect(await between({ from: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
  });

  test('security events are listed with those of records, and can be filtered', async () => {
    const answer = await call(company, 'PUT', `/members/${outsider.memberId}/roles`, {
      roleIds: [(await call(company, 'GET', '/roles')).body.data.find((r: any) => r.key === 'readOnly').id],
    });
    expect(answer.status).toBe(200);
    await call(company, 'GET', '/audit/export');
    const security = await entries(auditor, { object: 'security' });
    expect(security.length).toBeGreaterThan(0);
    expect(security.every((e) => e.object.startsWith('security.'))).toBe(true);
    expect(told(await entries(auditor, { object: 'security.audit' }))).toEqual([
      'security.audit auditExported',
    ]);
    expect(told(await entries(auditor))).toContain('security.audit auditExported');
  });

  test('what cannot be asked for is refused with the reason', async () => {
    const refused = async (query: Record<string, string>) => {
      const { status, body } = await audit(auditor, query);
      return [status, body.errors?.[0]?.pointer];
    };
    expect(await refused({ object: 'nothing' })).toEqual([400, '?object']);
    expect(await refused({ field: 'email' })).toEqual([400, '?field']);
    expect(await refused({ object: 'contact', field: 'nothing' })).toEqual([400, '?field']);
    expect(await refused({ record: 'x' })).toEqual([400, '?record']);
    expect(await refused({ actor: '1' })).toEqual([400, '?actor']);
    expect(await refused({ from: 'yesterday' })).toEqual([400, '?from']);
    expect(await refused({ from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' })).toEqual([400, '?to']);
    expect(await refused({ limit: '0' })).toEqual([400, '?limit']);
    expect(await refused({ cursor: 'abc' })).toEqual([400, '?cursor']);
    expect(await refused({ nothing: '1' })).toEqual([400, '?nothing']);
  });
});

describe('pages', () => {
  test('follow each other without gap or repetition, and belong to their filter', async () => {
    const whole = (await entries(auditor, { limit: '200' })).map((e) => e.id);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await audit(auditor, { limit: '3', ...(cursor ? { cursor } : {}) });
      paged.push(...body.data.map((e: any) => e.id));
      expect(body.page.hasMore).toBe(body.page.nextCursor !== null);
      cursor = body.page.nextCursor ?? undefined;
    } while (cursor);
    expect(paged).toEqual(whole);
    expect(paged).toEqual([...paged].sort().reverse());
    const { body } = await audit(auditor, { limit: '1' });
    expect(
      (await audit(auditor, { limit: '1', object: 'account', cursor: body.page.nextCursor })).status,
    ).toBe(400);
  });
});

describe('rights', () => {
  test('without the right to view the audit it is refused', async () => {
    for (const path of ['/audit', '/audit/export', '/audit/seal'])
      expect([path, (await call(outsider, 'GET', path)).status]).toEqual([path, 403]);
  });

  test('records out of the reader’s scope are left out, security events are not', async () => {
    const data = await entries(ownOnly, { limit: '200' });
    const records = data.filter((e) => !e.object.startsWith('security.') && e.object !== 'member');
    expect(records.map((e) => e.record.id)).toEqual([mine.id]);
    expect(await entries(ownOnly, { record: theirs.id })).toEqual([]);
    expect(data.some((e) => e.object.startsWith('security.'))).toBe(true);
  });

  test('objects the reader may not view are left out, including their names', async () => {
    const data = await entries(noContacts, { limit: '200' });
    expect(data.some((e) => e.object === 'contact')).toBe(false);
    expect(JSON.stringify(data)).not.toContain('anary');
    expect(await entries(noContacts, { object: 'contact' })).toEqual([]);
  });

  test('masked and hidden fields are withheld as in the history, and reported as withheld', async () => {
    const data = await entries(withheld, { object: 'contact' });
    const text = JSON.stringify(data);
    for (const secret of ['canary', 'Canaryson', '111 22 33']) expect(text).not.toContain(secret);
    expect(data[1].changes.email).toEqual({ before: 'a•••@e•••.com', after: 's•••@e•••.com' });
    expect(data[0].meta.access).toEqual({ email: 'mask', phone: 'hidden', lastName: 'mask' });
    expect(data[0].record).toEqual({ id: contact.id });
    const history = (await call(withheld, 'GET', `/contacts/${contact.id}/history`)).body.data;
    expect(data.map((e) => e.changes)).toEqual(history.map((e: any) => e.changes));
  });

  test('a field that is not unmasked for the reader cannot be filtered by', async () => {
    for (const field of ['email', 'phone']) {
      const { status, body } = await audit(withheld, { object: 'contact', field });
      expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'fieldNotInClear', '?field']);
    }
    expect((await audit(withheld, { object: 'contact', field: 'jobTitle' })).status).toBe(200);
    const exported = await call(withheld, 'GET', '/audit/export?object=contact&field=email');
    expect(exported.status).toBe(422);
  });

  test('another company’s log is not found', async () => {
    const other = await registerCompany(api);
    expect(await entries(other, { record: contact.id })).toEqual([]);
    expect(await entries(other, { correlationId: 'corr-4711' })).toEqual([]);
  });
});

test('values of encrypted fields are in the log only under the record’s key', async () => {
  const other = await registerCompany(api);
  const rule = await call(other, 'PUT', '/masking-rules/account/phone', { strategy: 'encrypt' });
  expect([rule.status, rule.body.detail]).toEqual([200, undefined]);
  const account = await made(other, '/accounts', { name: 'Sealed', phone: 'canary-2468' });
  await call(other, 'PATCH', `/accounts/${account.id}`, { phone: 'canary-1357' });
  const { rows } = await admin.query(`select e::text as text from record_event e where record_id = $1`, [
    account.id,
  ]);
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toContain('canary');
  const [updated] = await entries(other, { object: 'account', field: 'phone' });
  expect(updated.changes).toEqual({ phone: { before: 'canary-2468', after: 'canary-1357' } });
  expect((await call(other, 'GET', `/accounts/${account.id}/as-of?version=1`)).body.phone).toBe(
    'canary-2468',
  );
});

describe('export', () => {
  test('gives the same as the list, as newline-delimited JSON', async () => {
    const listed = await entries(auditor, { object: 'contact', limit: '200' });
    for (const answer of [
      await call(auditor, 'GET', '/audit/export?object=contact&format=ndjson'),
      await call(auditor, 'GET', '/audit/export?object=contact', undefined, {
        accept: 'application/x-ndjson',
      }),
    ]) {
      expect(answer.headers['content-type']).toMatch(/^application\/x-ndjson/);
      const lines = String(answer.body)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toEqual(listed);
    }
  });

  test('gives a line per changed field as CSV, safe for spreadsheets', async () => {
    const formula = await made(company, '/accounts', { name: '=HYPERLINK("http://x")' });
    const answer = await call(auditor, 'GET', `/audit/export?record=${formula.id}`);
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    expect(answer.headers['content-disposition']).toMatch(/attachment; filename="audit-.*\.csv"/);
    const [head, ...lines] = String(answer.body).trimEnd().split('\r\n');
    expect(head).toBe(
      'at,action,object,recordId,record,field,before,after,actorKind,actorId,actor,causeKind,causeId,correlationId,ip,userAgent,eventId',
    );
    const name = lines.find((line) => line.includes(',name,'))!;
    expect(name).toContain(
      `,created,account,${formula.id},"'=HYPERLINK(""http://x"")",name,,"'=HYPERLINK(""http://x"")"`,
    );
    expect(lines.find((line) => line.includes(',owner,'))).toContain(',owner,,Ada Admin,member,');
  });

  test('is itself logged, with its filters', async () => {
    await call(withheld, 'GET', '/audit/export?object=account&action=created&format=ndjson');
    const [entry] = await entries(auditor, { object: 'security.audit' });
    expect(entry).toMatchObject({
      verb: 'auditExported',
      actor: { id: withheld.memberId },
      changes: { format: { after: 'ndjson' }, object: { after: 'account' }, action: { after: 'created' } },
    });
  });

  test('withholds what the list withholds', async () => {
    for (const format of ['csv', 'ndjson']) {
      const { body } = await call(withheld, 'GET', `/audit/export?format=${format}`);
      for (const secret of ['ann.canary', 'second.canary', 'Canaryson', '111 22 33'])
        expect(JSON.stringify(body)).not.toContain(secret);
    }
  });
});

describe('a long log', () => {
  let other: TestCompany;
  let first: any;
  beforeAll(async () => {
    other = await registerCompany(api);
    first = await made(other, '/accounts', { name: 'Long ago', city: 'Zug' });
    // One event in a hundred has another object, action and person. A hundred events share each correlation ID.
    await admin.query(
      `insert into record_event (tenant_id, id, object, record_id, verb, descriptor_version, record_version, changes, fields,
         actor_kind, actor_id, cause_kind, correlation_id, at)
       select $1, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + 1000 + i / 100), 12, '0') || '7000800000' || lpad(to_hex(i), 10, '0'))::uuid,
              case when i % 100 = 0 then 'tag' else 'account' end, case when i % 100 = 0 then $3 else $2 end::uuid,
              case when i % 100 = 0 then 'converted' else 'updated' end, 1, 2, '{"name": {"before": "a", "after": "b"}}', '{name}',
              'member', case when i % 100 = 0 then $2 else $3 end::uuid, 'request', 'bulk-' || i / 100, now()
         from generate_series(1, 106000) i`,
      [other.tenantId, first.id, other.memberId],
    );
    await admin.query('analyze record_event');
  });

  test('a rare match far back is found by paging on, and the work per page is bounded', async () => {
    const found: any[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const { body } = await audit(other, {
        object: 'account',
        field: 'city',
        ...(cursor ? { cursor } : {}),
      });
      found.push(...body.data);
      pages++;
      cursor = body.page.nextCursor ?? undefined;
    } while (cursor);
    expect(found.map((e) => [e.verb, e.record.name])).toEqual([['created', 'Long ago']]);
    expect(pages).toBe(2);
  });

  test.each([
    ['a record', () => ({ record: other.memberId }), 'record_id_id_idx'],
    ['a person', () => ({ actor: first.id }), 'actor_id_id_idx'],
    ['an object', () => ({ object: 'tag' }), 'object_id_idx'],
    ['an action', () => ({ action: 'converted', object: 'account' }), 'verb_id_idx'],
    ['a correlation id', () => ({ correlationId: 'bulk-7' }), 'correlation_id_id_idx'],
    ['nothing', () => ({}), 'pkey'],
  ])('a search for %s walks an index of its own, under row security', async (_, filter, index) => {
    const plan = await planOf(other, filter());
    // Of the months' partitions, the one that has the events. In an empty one, any index will do.
    const { rows } = await admin.query(
      `select tableoid::regclass::text as name from record_event where tenant_id = $1 and correlation_id = 'bulk-7' limit 1`,
      [other.tenantId],
    );
    const [scan] = plan.match(new RegExp(`^.*Scan.* on ${rows[0].name}\\b.*$`, 'm'))!;
    expect(scan).toMatch(new RegExp(`${rows[0].name}_(tenant_id_)?${index}`));
  });

  test('an unfiltered read walks from the newest event and sorts nothing', async () => {
    const plan = await planOf(other, {});
    expect(plan).toContain('Merge Append');
    expect(plan).not.toMatch(/Seq Scan on record_event/);
  });
});

/** The query plan of a read of the log, run as the product's own database user. */
async function planOf(who: TestCompany, filter: object): Promise<string> {
  const pool = new TenantPool({ connectionString: database.appUrl, max: 1 });
  let plan = '';
  const explaining = {
    query: async (statement: { text: string; values: unknown[] }) => {
      const { rows } = await pool.query({ ...statement, text: `explain (costs off) ${statement.text}` });
      plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      return { rows: [{ ids: [], count: 0, last: null }] };
    },
  } as unknown as TenantPool;
  await runInContext(newContext({ correlationId: 'plan', tenantId: who.tenantId }), () =>
    new AuditLogRepository(explaining).scan(filter, ['account'], undefined, 50),
  );
  await pool.end();
  return plan;
}

describe('erasure and seals', () => {
  test('a person is erased from record and log, the seals stay valid, and the erasure is logged', async () => {
    const platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
    const pool = new TenantPool({ connectionString: database.appUrl, max: 2 });
    const relay = new Relay(
      { connectionString: database.platformUrl, onPlaced: () => {} },
      createLogger({ level: 'warn' }),
    );
    relay.start();
    const sealer = new AuditSealer(
      new SealsRepository(pool, platform),
      new UnitOfWorkFactory(pool),
      { every: () => {} },
      { error: () => {} },
      api.config,
    );
    const sealed = async () => {
      await eventually(async () => (await admin.query('select 1 from event_outbox')).rowCount === 0);
      await sealer.seal(company.tenantId);
    };
    const findings = async () => {
      const verification = new SealVerification(
        new SealedLog(admin),
        new AnchorFiles(api.config.PELLUCID_DATA_DIR),
        new SealKeys([api.config.PELLUCID_MASTER_KEY]),
      );
      for await (const report of verification.check(company.tenantId)) return report.findings;
      return undefined;
    };
    try {
      expect((await call(auditor, 'GET', '/audit/seal')).body).toMatchObject({ sealedUpTo: null, seals: 0 });
      await sealed();
      const state = (await call(auditor, 'GET', '/audit/seal')).body;
      expect(state).toMatchObject({ seals: 1, unsealed: { value: 0, capped: false } });
      const [newest] = await entries(auditor, { limit: '1' });
      expect(Date.parse(state.sealedUpTo)).toBeGreaterThanOrEqual(Date.parse(newest.at) - 60_000);

      const body = { object: 'contact', id: contact.id, reason: 'asked for by the person' };
      const headers = { 'idempotency-key': randomUUID() };
      expect((await call(auditor, 'POST', '/audit/erasures', body)).status).toBe(403);
      // Neither managing people nor this right alone is enough. An erasure takes this right and the right to delete the
      // record.
      for (const [system, action] of [
        ['manageUsers', '*'],
        ['erasePersonalData', 'read'],
      ] as const) {
        const role = await people.role({ permissions: [all('*', action)], system: [system] });
        const refused = await people.colleague([role]);
        await people.settle();
        const answer = await call(refused, 'POST', '/audit/erasures', body);
        expect([system, answer.status, answer.body.code]).toEqual([system, 403, 'permissionMissing']);
      }
      const done = await call(company, 'POST', '/audit/erasures', body, headers);
      expect([done.status, done.body]).toEqual([
        200,
        { object: 'contact', id: contact.id, fields: ['firstName', 'lastName', 'email', 'phone'] },
      ]);
      expect((await call(company, 'POST', '/audit/erasures', body, headers)).body).toEqual(done.body);

      const told = await entries(auditor, { record: contact.id, limit: '200' });
      expect(told.map((e) => [e.object, e.verb, e.erased ?? false])).toEqual([
        ['security.contact', 'personalDataErased', false],
        ['contact', 'erased', true],
        ['contact', 'unlinked', false],
        ['contact', 'updated', true],
        ['contact', 'created', true],
      ]);
      for (const outlet of [
        told,
        (await call(company, 'GET', `/contacts/${contact.id}/history`)).body,
        (await call(company, 'GET', `/contacts/${contact.id}`)).body,
        (await call(company, 'GET', `/contacts/${contact.id}/as-of?version=1`)).body,
        (await call(company, 'GET', '/audit/export?format=ndjson')).body,
      ])
        expect(JSON.stringify(outlet)).not.toMatch(/canary|111 22 33/i);
      await sealed();
      expect(await findings()).toEqual([]);

      await admin.query(`update record_event set changes = '{}' where id = $1`, [told[2].id]);
      expect((await findings())!.map((f) => [f.kind, f.eventId])).toEqual([['eventAltered', told[2].id]]);
    } finally {
      await relay.stop();
      await Promise.all([pool.end(), platform.end()]);
    }
  });

  test('what cannot be erased is refused with the reason', async () => {
    const erase = (body: object) => call(company, 'POST', '/audit/erasures', body);
    const reason = 'asked for';
    expect((await erase({ object: 'contact', id: randomUUID(), reason })).status).toBe(404);
    const named = async (body: object) => {
      const answer = await erase(body);
      return [answer.status, answer.body.errors[0].pointer];
    };
    expect(await named({ object: 'nothing', id: contact.id, reason })).toEqual([422, '/object']);
    expect(await named({ object: 'contact', id: contact.id, reason: ' ' })).toEqual([422, '/reason']);
    expect(await named({ object: 'contact', id: 'x', reason })).toEqual([422, '/id']);
    expect(await named({ object: 'contact', id: contact.id, reason, all: true })).toEqual([422, '/all']);
  });
});
