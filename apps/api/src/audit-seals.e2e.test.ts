import { randomUUID } from 'node:crypto';
import {
  AnchorFiles,
  AuditLogRepository,
  AuditSealer,
  SealedLog,
  SealKeys,
  SealsRepository,
  SealVerification,
} from '@pellucid/modules/audit/testing';
import { newContext, runInContext } from '@pellucid/platform/context';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '@pellucid/platform/db';
import { Relay } from '@pellucid/platform/events';
import { createLogger } from '@pellucid/platform/observability';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, type TestCompany, testApi } from './testing/api-process.js';
import { all, auditStage } from './testing/audit-stage.js';
import { type Colleague, type TestPeople } from './testing/colleagues.js';

/* A log of many events, and its seals. Both take a database of their own. */

let database: TestDatabase;
let admin: pg.Client;
const stage = auditStage(
  async () => {
    database = await testDatabase();
    return testApi(database);
  },
  async () => {
    await admin?.end();
    await stage.api?.close();
    await database?.drop();
  },
);
const { audit, call, entries, made } = stage;
let company: TestCompany;
let people: TestPeople;
let auditor: Colleague;
let contact: any;

beforeAll(async () => {
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  ({ company, people, auditor, contact } = stage.world);
});
describe('a long log', () => {
  let other: TestCompany;
  let first: any;
  beforeAll(async () => {
    other = await registerCompany(stage.api);
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
      stage.api.config,
      new AnchorFiles(stage.api.config.PELLUCID_DATA_DIR),
    );
    const sealed = async () => {
      await eventually(async () => (await admin.query('select 1 from event_outbox')).rowCount === 0);
      await sealer.seal(company.tenantId);
    };
    const findings = async () => {
      const verification = new SealVerification(
        new SealedLog(admin),
        new AnchorFiles(stage.api.config.PELLUCID_DATA_DIR),
        new SealKeys([stage.api.config.PELLUCID_MASTER_KEY]),
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
