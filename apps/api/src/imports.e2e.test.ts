import { fileURLToPath } from 'node:url';
import { crmFiles, crmOptions } from '@pellucid/modules/imports/testing';
import {
  eventually,
  holdWrites,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { testApi } from './testing/api-process.js';
import { importsStage } from './testing/imports-stage.js';

/* Imports from the first row to the last, with a worker that is killed, on a database of its own. */

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));

let database: TestDatabase;
let worker: TestProcess | undefined;
const stage = importsStage(
  async () => {
    database = await testDatabase();
    return testApi(database);
  },
  async () => {
    await stage.api?.close();
    await database?.drop();
  },
);
const { call, ended, errorsOf, get, run, scalar, sql, start, upload } = stage;

const startWorker = () => {
  worker = typescriptProcess(WORKER, { env: stage.api.environment });
};
const endWorker = async () => {
  await worker?.kill();
  worker = undefined;
  // Frees what a killed worker held, so that tests don't wait for leases.
  await sql(`update job set state = 'cancelled', finished_at = now() where state in ('pending', 'running')`);
};

describe('a sales company brings its files', () => {
  afterEach(endWorker);
  const files = crmFiles({ accounts: 60, agents: 12, deals: 1500 });
  const { expected } = files;

  test('everything arrives, related by name, and a second upsert changes nothing', async () => {
    startWorker();
    const accounts = await run(files.accounts, crmOptions.accounts);
    expect(accounts).toMatchObject({
      status: 'completed',
      progress: 1,
      counts: { total: 60, created: 60, failed: 0 },
    });
    expect(expected.withParent).toBeGreaterThan(5);
    expect(
      await scalar('select count(*) from account where tenant_id = $1 and parent_id is not null', [
        stage.company.tenantId,
      ]),
    ).toBe(expected.withParent);
    await run(files.products, crmOptions.products);
    const agents = await run(files.agents, crmOptions.agents);
    expect(agents.counts).toMatchObject({
      created: expected.agents,
      related: expected.managers + expected.offices,
    });
    expect(
      await scalar('select count(distinct manager_id) from member where tenant_id = $1', [
        stage.company.tenantId,
      ]),
    ).toBe(expected.managers);

    const deals = await run(files.deals, crmOptions.deals);
    expect(deals.counts).toEqual({
      total: 1500,
      created: 1500,
      updated: 0,
      unchanged: 0,
      lines: 0,
      failed: 0,
      duplicates: 0,
      related: 0,
    });
    const { rows } = await sql(
      `select s.name, count(*)::int as deals, coalesce(sum(o.amount), 0)::text as amount, count(*) filter (where o.account_id is null)::int as alone
         from opportunity o join stage s on s.tenant_id = o.tenant_id and s.id = o.stage_id where o.tenant_id = $1 group by s.name`,
      [stage.company.tenantId],
    );
    expect(Object.fromEntries(rows.map((r) => [r.name, r.deals]))).toEqual(expected.byStage);
    expect(rows.find((r) => r.name === 'Won').amount).toBe(`${expected.wonTotal}0000`);
    expect(rows.reduce((sum, r) => sum + r.alone, 0)).toBe(expected.withoutAccount);
    const { rows: causes } = await sql(
      `select distinct cause_kind, actor_kind, actor_id from record_event where tenant_id = $1 and object = 'opportunity' and verb = 'created'`,
      [stage.company.tenantId],
    );
    expect(causes).toEqual([
      { cause_kind: 'import', actor_kind: 'member', actor_id: stage.company.memberId },
    ]);

    const events = () =>
      scalar('select count(*) from record_event where tenant_id = $1', [stage.company.tenantId]);
    const before = await events();
    expect((await run(files.accounts, crmOptions.accounts)).counts).toMatchObject({
      unchanged: 60,
      updated: 0,
      created: 0,
    });
    expect((await run(files.agents, crmOptions.agents)).counts).toMatchObject({
      unchanged: expected.agents,
      related: 0,
    });
    expect((await run(files.deals, crmOptions.deals)).counts).toMatchObject({
      unchanged: 1500,
      updated: 0,
      created: 0,
    });
    expect(await events()).toBe(before);
    const again = await run(files.deals, { ...crmOptions.deals, mode: 'create' });
    expect(again.counts).toMatchObject({ created: 0, failed: 1500 });
    expect((await errorsOf(again.id)).split('\r\n')).toHaveLength(1502);
  });

  test('a worker killed in the middle neither loses nor doubles a row, and counts stay right', async () => {
    const many = crmFiles({ accounts: 2000 }).accounts;
    const id = await start(many, crmOptions.accounts);
    const held = await holdWrites(database, 'account', 600);
    startWorker();
    await held.reached();
    await worker!.kill();
    await held.release();
    expect((await get(`/imports/${id}`)).status).toBe('running');
    const done = await scalar('select created from import_run where id = $1', [id]);
    expect(await scalar('select count(*) from account where tenant_id = $1', [stage.company.tenantId])).toBe(
      done,
    );
    expect(done).toBeLessThan(2000);
    await sql(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
    startWorker();
    const end = await ended(id);
    expect(end).toMatchObject({
      status: 'completed',
      counts: { total: 2000, created: 2000, updated: 0, unchanged: 0, failed: 0 },
    });
    expect(
      await scalar('select count(distinct name) from account where tenant_id = $1', [stage.company.tenantId]),
    ).toBe(2000);
    expect(
      await scalar(
        `select count(*) from record_event where tenant_id = $1 and object = 'account' and verb = 'created'`,
        [stage.company.tenantId],
      ),
    ).toBe(2000);
    expect(
      await scalar('select count(*) from account where tenant_id = $1 and parent_id is not null', [
        stage.company.tenantId,
      ]),
    ).toBe(crmFiles({ accounts: 2000 }).expected.withParent);
  });

  test('a worker killed in the middle of a preview begins it again: each row is reported once, and nothing is written', async () => {
    const many = crmFiles({ accounts: 2000 }).accounts;
    const { body } = await upload(many, crmOptions.accounts, '/imports/preview');
    // The first batch is reported, the second one is being tried.
    const reported = () => scalar('select count(*) from import_row where import_id = $1', [body.id]);
    const held = await holdWrites(database, 'account', 600);
    startWorker();
    await held.reached();
    expect(await reported()).toBeGreaterThan(0);
    await worker!.kill();
    await held.release();
    await sql(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
    startWorker();
    expect(await ended(body.id)).toMatchObject({
      status: 'completed',
      preview: true,
      counts: { total: 2000, created: 2000, failed: 0 },
    });
    expect(await reported()).toBe(2000);
    expect(await scalar('select count(*) from account where tenant_id = $1', [stage.company.tenantId])).toBe(
      0,
    );
  });

  test('a worker killed in the middle splits no record with several lines, wherever their rows stand', async () => {
    await call('POST', '/products', { name: 'Desk', price: '10' });
    const ids = Array.from({ length: 600 }, (_, n) => n);
    const rows = [
      ...ids.flatMap((n) => [`D${n},Desk,1`, ',Desk,2']),
      ...ids.map((n) => `D${599 - n},Desk,3`),
    ];
    const id = await start(`id,product,qty\n${rows.join('\n')}\n`, {
      object: 'opportunity',
      mode: 'create',
      matchBy: ['externalId'],
      mapping: { id: 'externalId', product: 'lines.product', qty: 'lines.quantity' },
    });
    const held = await holdWrites(database, 'opportunity', 200);
    startWorker();
    await held.reached();
    await worker!.kill();
    await held.release();
    const done = await scalar('select created from import_run where id = $1', [id]);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(600);
    await sql(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
    startWorker();
    expect(await ended(id)).toMatchObject({
      status: 'completed',
      counts: { total: 1800, created: 600, lines: 1200, updated: 0, failed: 0 },
    });
    const { rows: deals } = await sql(
      `select o.version, array_agg(l.quantity order by l.position)::text as quantities, count(*)::int as deals from
         (select o.id, o.version from opportunity o where o.tenant_id = $1) o
         join lateral (select array_agg(quantity order by position)::text as quantity, 0 as position from opportunity_line where opportunity_id = o.id) l on true
        group by o.version, l.quantity`,
      [stage.company.tenantId],
    );
    expect(deals).toMatchObject([{ version: 1, deals: 600 }]);
  });

  test('cancelling keeps what is done and stops the rest', async () => {
    const id = await start(crmFiles({ accounts: 4000 }).accounts, crmOptions.accounts);
    startWorker();
    await eventually(async () => (await scalar('select position from import_run where id = $1', [id])) > 500);
    const cancelled = await call('POST', `/imports/${id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    const { created } = cancelled.body.counts;
    await eventually(async () => (await scalar(`select count(*) from job where state = 'running'`)) === 0);
    expect(await get(`/imports/${id}`)).toMatchObject({ status: 'cancelled', counts: { created } });
    expect(await scalar('select count(*) from account where tenant_id = $1', [stage.company.tenantId])).toBe(
      created,
    );
    expect((await call('POST', `/imports/${id}/cancel`)).status).toBe(200);

    const queued = (
      await upload('name\nx\n', { object: 'account', mode: 'create', mapping: { name: 'name' } })
    ).body.id;
    const finished = await ended(queued);
    expect(finished.status).toBe('completed');
    expect((await call('POST', `/imports/${queued}/cancel`)).status).toBe(409);
  });
});
