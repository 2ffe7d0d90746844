import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
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
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));

let database: TestDatabase;
let api: TestApi;
let origin: string;
let owner: pg.Client;
let company: TestCompany;
let worker: TestProcess | undefined;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  await api.app.listen(0, '127.0.0.1');
  origin = await api.app.getUrl();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
beforeEach(async () => {
  company = await registerCompany(api);
});
afterAll(async () => {
  await owner?.end();
  await api?.close();
  await database?.drop();
});

const startWorker = () => {
  worker = typescriptProcess(WORKER, { env: api.environment });
};
const endWorker = async () => {
  await worker?.kill();
  worker = undefined;
  // Frees what a killed worker held, so that tests don't wait for leases.
  await owner.query(
    `update job set state = 'cancelled', finished_at = now() where state in ('pending', 'running')`,
  );
};
const scalar = async (text: string, values: unknown[] = []) =>
  Number((await owner.query(`select (${text}) as n`, values)).rows[0].n);
const get = async (path: string, token = company.token) => (await api.call('GET', path, { token })).body;

type Part = [name: string, value: string | Uint8Array | object, fileName?: string];

/** Posts multipart parts in the given order. */
async function post(
  path: string,
  parts: Part[],
  headers: Record<string, string> = {},
  token = company.token,
) {
  const form = new FormData();
  for (const [name, value, fileName] of parts) {
    const isFile = fileName !== undefined;
    if (isFile) form.append(name, new Blob([value as string]), fileName);
    else form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: form,
  });
  return { status: answer.status, body: (await answer.json()) as any };
}
const upload = (content: string | Uint8Array, options: object) =>
  post('/imports', [
    ['file', content, 'file.csv'],
    ['options', options],
  ]);

async function start(content: string | Uint8Array, options: object): Promise<string> {
  const { status, body } = await upload(content, options);
  expect(body).toEqual({ id: expect.any(String) });
  expect(status).toBe(202);
  return body.id;
}
const ended = (id: string) =>
  eventually(async () => {
    const run = await get(`/imports/${id}`);
    return ['completed', 'failed', 'cancelled'].includes(run.status) ? run : null;
  });
const run = async (content: string | Uint8Array, options: object) => ended(await start(content, options));
const storedFiles = async (tenantId = company.tenantId) =>
  readdir(join(api.config.PELLUCID_DATA_DIR, 'files', tenantId)).catch(() => [] as string[]);
const errorsOf = async (id: string) =>
  String((await api.call('GET', `/imports/${id}/errors.csv`, { token: company.token })).body);

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
        company.tenantId,
      ]),
    ).toBe(expected.withParent);
    await run(files.products, crmOptions.products);
    const agents = await run(files.agents, crmOptions.agents);
    expect(agents.counts).toMatchObject({
      created: expected.agents,
      related: expected.managers + expected.offices,
    });
    expect(
      await scalar('select count(distinct manager_id) from member where tenant_id = $1', [company.tenantId]),
    ).toBe(expected.managers);

    const deals = await run(files.deals, crmOptions.deals);
    expect(deals.counts).toEqual({
      total: 1500,
      created: 1500,
      updated: 0,
      unchanged: 0,
      failed: 0,
      related: 0,
    });
    const { rows } = await owner.query(
      `select s.name, count(*)::int as deals, coalesce(sum(o.amount), 0)::text as amount, count(*) filter (where o.account_id is null)::int as alone
         from opportunity o join stage s on s.tenant_id = o.tenant_id and s.id = o.stage_id where o.tenant_id = $1 group by s.name`,
      [company.tenantId],
    );
    expect(Object.fromEntries(rows.map((r) => [r.name, r.deals]))).toEqual(expected.byStage);
    expect(rows.find((r) => r.name === 'Won').amount).toBe(`${expected.wonTotal}0000`);
    expect(rows.reduce((sum, r) => sum + r.alone, 0)).toBe(expected.withoutAccount);
    const { rows: causes } = await owner.query(
      `select distinct cause_kind, actor_kind, actor_id from record_event where tenant_id = $1 and object = 'opportunity' and verb = 'created'`,
      [company.tenantId],
    );
    expect(causes).toEqual([{ cause_kind: 'import', actor_kind: 'member', actor_id: company.memberId }]);

    const events = () => scalar('select count(*) from record_event where tenant_id = $1', [company.tenantId]);
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
    expect(await scalar('select count(*) from account where tenant_id = $1', [company.tenantId])).toBe(done);
    expect(done).toBeLessThan(2000);
    await owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
    startWorker();
    const end = await ended(id);
    expect(end).toMatchObject({
      status: 'completed',
      counts: { total: 2000, created: 2000, updated: 0, unchanged: 0, failed: 0 },
    });
    expect(
      await scalar('select count(distinct name) from account where tenant_id = $1', [company.tenantId]),
    ).toBe(2000);
    expect(
      await scalar(
        `select count(*) from record_event where tenant_id = $1 and object = 'account' and verb = 'created'`,
        [company.tenantId],
      ),
    ).toBe(2000);
    expect(
      await scalar('select count(*) from account where tenant_id = $1 and parent_id is not null', [
        company.tenantId,
      ]),
    ).toBe(crmFiles({ accounts: 2000 }).expected.withParent);
  });

  test('cancelling keeps what is done and stops the rest', async () => {
    const id = await start(crmFiles({ accounts: 4000 }).accounts, crmOptions.accounts);
    startWorker();
    await eventually(async () => (await scalar('select position from import_run where id = $1', [id])) > 500);
    const cancelled = await api.call('POST', `/imports/${id}/cancel`, { token: company.token });
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    const { created } = cancelled.body.counts;
    await eventually(async () => (await scalar(`select count(*) from job where state = 'running'`)) === 0);
    expect(await get(`/imports/${id}`)).toMatchObject({ status: 'cancelled', counts: { created } });
    expect(await scalar('select count(*) from account where tenant_id = $1', [company.tenantId])).toBe(
      created,
    );
    expect((await api.call('POST', `/imports/${id}/cancel`, { token: company.token })).status).toBe(200);

    const queued = (
      await upload('name\nx\n', { object: 'account', mode: 'create', mapping: { name: 'name' } })
    ).body.id;
    const finished = await ended(queued);
    expect(finished.status).toBe('completed');
    expect((await api.call('POST', `/imports/${queued}/cancel`, { token: company.token })).status).toBe(409);
  });
});

describe('rows', () => {
  beforeAll(startWorker);
  afterAll(endWorker);
  const account = { object: 'account', mode: 'create', mapping: { name: 'name' } };

  test('that are damaged, ragged or wrong fail alone, and are returned with a reason', async () => {
    const csv =
      'name,employees,parent\nGood,5,\n"Open,5,\nShort,5\nLong,5,,more\nBad,many,\n=cmd(),x,\nOrphan,1,Nobody\n,3,\nAlso good,"1,054",Good\n';
    const done = await run(csv, {
      ...account,
      mapping: { name: 'name', employees: 'employees', parent: 'parent' },
    });
    expect(done.counts).toMatchObject({ total: 9, created: 3, failed: 6 });
    const lines = (await errorsOf(done.id)).split('\r\n');
    expect(lines[0]).toBe('name,employees,parent,reason');
    expect(lines[1]).toContain('quotation mark');
    expect(lines[2]).toMatch(/^Long,5,more,.*4 cells/);
    expect(lines[3]).toMatch(/^Bad,many,,.*isn't a number for/);
    expect(lines[4]).toMatch(/^'=cmd\(\)/);
    expect(lines[5]).toContain('there is no account ""Nobody""');
    expect(lines[6]).toContain('""Name"" is required');
    const answer = await api.call('GET', `/imports/${done.id}/errors.csv`, { token: company.token });
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.headers['content-disposition']).toContain('attachment');
  });

  test('with the same key: upsert updates, create names the first row', async () => {
    const csv = 'id,name\nA,First\nB,Other\nA,Second\n';
    const options = { ...account, mapping: { id: 'externalId', name: 'name' }, matchBy: ['externalId'] };
    const created = await run(csv, options);
    expect(created.counts).toMatchObject({ created: 2, failed: 1 });
    expect(await errorsOf(created.id)).toContain('row 2 of this file');
    const upserted = await run(csv, { ...options, mode: 'upsert' });
    expect(upserted.counts).toMatchObject({ created: 0, updated: 1, unchanged: 2, failed: 0 });
    const rows = (await get(`/accounts?sort=name`)).data;
    expect(rows.map((r: any) => [r.externalId, r.name])).toEqual([
      ['B', 'Other'],
      ['A', 'Second'],
    ]);
    const updated = await run('id,name\nA,Third\nZ,None\n', { ...options, mode: 'update' });
    expect(updated.counts).toMatchObject({ updated: 1, failed: 1 });
    expect(await errorsOf(updated.id)).toContain('nothing to update');
    const missing = await run('id,name\n,No key\n', { ...options, mode: 'upsert' });
    expect(await errorsOf(missing.id)).toContain('""External id"" is empty');
  });

  test('keep their texts byte for byte, and an empty cell leaves what is there', async () => {
    const options = {
      ...account,
      mode: 'upsert',
      matchBy: ['externalId'],
      mapping: { id: 'externalId', name: 'name', phone: 'phone' },
    };
    await run('id,name,phone\n1,"  Blank  ""quoted""\nlines ",+1 555\n', options);
    const [before] = (await get('/accounts')).data;
    expect(before).toMatchObject({ name: 'Blank  "quoted"\nlines', phone: '+1 555' });
    const again = await run('id,name,phone\n1,"  Blank  ""quoted""\nlines ",\n', options);
    expect(again.counts).toMatchObject({ unchanged: 1 });
  });

  test('of European files are read with European number and date formats', async () => {
    const csv = Buffer.from(
      'Name;Umsatz;Gegründet\nMüller & Söhne;USD 1.054,50;1999\nBäcker;2.000,00;2001\n',
      'latin1',
    );
    const done = await run(csv, {
      object: 'account',
      mode: 'create',
      mapping: { Name: 'name', Umsatz: 'annualRevenue', Gegründet: 'yearEstablished' },
    });
    expect(done.counts).toMatchObject({ created: 2, failed: 0 });
    const names = (await get('/accounts?sort=name')).data.map((r: any) => [r.name, r.annualRevenue]);
    expect(names).toEqual([
      ['Bäcker', '2000.00'],
      ['Müller & Söhne', '1054.50'],
    ]);
  });

  test('keep the currency of their amounts, or fail if it contradicts', async () => {
    await api.call('PUT', '/exchange-rates', {
      token: company.token,
      body: {
        rates: ['EUR', 'GBP', 'JPY', 'SEK'].map((currency) => ({
          currency,
          date: '2020-01-01',
          rate: '0.5',
        })),
      },
    });
    const csv =
      'deal;amount;currency\nA;$1,250.50;\nB;£800.00;\nC;JPY 90000;\nD;100;EUR\nE;€ 5,000;EUR\nF;£5;EUR\nG;#N/A;\nH;kr 100;\nI;kr 100;SEK\n';
    const done = await run(csv, {
      object: 'opportunity',
      mode: 'create',
      mapping: { deal: 'name', amount: 'amount', currency: 'currency' },
    });
    expect(await errorsOf(done.id)).toMatch(/F;£5;EUR;.*is in GBP, but ""Currency"" is EUR/);
    expect(await errorsOf(done.id)).toMatch(/G;#N\/A;;.*is a spreadsheet error/);
    expect(await errorsOf(done.id)).toMatch(/H;kr 100;;.*could be in SEK, NOK, DKK, ISK/);
    expect(done.counts).toMatchObject({ created: 6, failed: 3 });
    const deals = (await get('/opportunities?sort=name')).data.map((r: any) => [r.amount, r.currency]);
    expect(deals).toEqual([
      ['1250.50', 'USD'],
      ['800.00', 'GBP'],
      ['90000', 'JPY'],
      ['100.00', 'EUR'],
      ['5000.00', 'EUR'],
      ['100.00', 'SEK'],
    ]);
    const base = await run('name,revenue\nForeign,£5\nOwn,$5\n', {
      ...account,
      mapping: { name: 'name', revenue: 'annualRevenue' },
    });
    expect(await errorsOf(base.id)).toContain('is in GBP, but ""Annual revenue"" is in USD');
    expect(base.counts).toMatchObject({ created: 1, failed: 1 });
  });

  test('refer by name: unknown ones are created, left empty or refused; ambiguous ones are refused', async () => {
    await run('name\nTwin\nTwin\n', account);
    const options = (unknown: string) => ({
      object: 'contact',
      mode: 'create',
      mapping: { last: 'lastName', firm: 'account', boss: 'owner', tags: 'tags' },
      references: { firm: { by: 'name', unknown }, boss: { unknown: 'empty' }, tags: { unknown: 'create' } },
    });
    const csv = `last,firm,boss,tags\nOne,Newcorp,Nobody,vip; key\nTwo,NEWCORP,${company.email},vip\nThree,Twin,Ada Admin,\n`;
    const refused = await run(csv, options('error'));
    expect(refused.counts).toMatchObject({ created: 0, failed: 3, related: 0 });
    const made = await run(csv, options('create'));
    expect(made.counts).toMatchObject({ created: 2, failed: 1, related: 3 });
    expect(await errorsOf(made.id)).toContain('2 accounts');
    const contacts = (await get('/contacts?sort=lastName')).data;
    expect(
      contacts.map((c: any) => [c.lastName, c.account?.name, c.owner?.name, c.tags.map((t: any) => t.name)]),
    ).toEqual([
      ['One', 'Newcorp', 'Ada Admin', ['key', 'vip']],
      ['Two', 'Newcorp', 'Ada Admin', ['vip']],
    ]);
  });

  test('that fail leave no related records behind', async () => {
    const known = await run('id,name\nA1,Known\n', {
      ...account,
      mapping: { id: 'externalId', name: 'name' },
    });
    expect(known.counts).toMatchObject({ created: 1 });
    const csv = [
      'last,firm,tags,mail',
      // Refused by the engine, which checks email addresses. Only this row names Ghost and ghostly.
      'Bad,Ghost,ghostly; shared,no address',
      'Good,Alive,shared,good@example.com',
      // Refused before any reference is created for it.
      'Ragged,Spectre,,,beyond the header',
      'Also good,ALIVE,,also@example.com',
    ].join('\n');
    const done = await run(csv, {
      object: 'contact',
      mode: 'create',
      mapping: { last: 'lastName', firm: 'account', tags: 'tags', mail: 'email' },
      references: { firm: { unknown: 'create' }, tags: { unknown: 'create' } },
    });
    expect(done.counts).toMatchObject({ created: 2, failed: 2, related: 2 });
    const names = async (path: string) => (await get(path)).data.map((r: any) => r.name);
    expect(await names('/accounts?sort=name')).toEqual(['Alive', 'Known']);
    expect(await names('/tags')).toEqual(['shared']);
    // Two contacts, an account and a tag. The log contains nothing that was rolled back.
    const { rows: verbs } = await owner.query(
      `select object, count(distinct record_id)::int as records from record_event where tenant_id = $1 and verb = 'created' and cause_id = $2 group by object order by object`,
      [company.tenantId, done.id],
    );
    expect(verbs).toEqual([
      { object: 'account', records: 1 },
      { object: 'contact', records: 2 },
      { object: 'tag', records: 1 },
    ]);
    const errors = await errorsOf(done.id);
    expect(errors.match(/^Bad,.*$/m)![0]).toMatch(/e-mail/i);
    expect(errors).not.toContain('there is no account');
  });

  test.each([
    ['update', 'id,name,parent\nnobody,Any,Ghost\n'],
    ['create', 'id,name,parent\nA1,Any,Ghost\n'],
  ])('in mode %s for which there is nothing to do leave nothing behind either', async (mode, csv) => {
    await run('id,name\nA1,Known\n', { ...account, mapping: { id: 'externalId', name: 'name' } });
    const done = await run(csv, {
      object: 'account',
      mode,
      matchBy: ['externalId'],
      mapping: { id: 'externalId', name: 'name', parent: 'parent' },
      references: { parent: { unknown: 'create' } },
    });
    expect(done.counts).toMatchObject({ created: 0, updated: 0, failed: 1, related: 0 });
    expect((await get('/accounts')).data.map((r: any) => r.name)).toEqual(['Known']);
  });

  test('with unknown options are refused, or add the option if requested', async () => {
    const options = { object: 'account', mode: 'create', mapping: { name: 'name', sector: 'industry' } };
    const csv = 'name,sector\nA,TECHNOLOGY\nB,Shipping\n';
    expect((await run(csv, options)).counts).toMatchObject({ created: 1, failed: 1 });
    expect((await run(csv, { ...options, unknownOptions: 'create' })).counts).toMatchObject({
      created: 2,
      failed: 0,
    });
    const failing = 'name,sector,founded\nC,Fishing,17.5\nD,Farming,1990\n';
    const mapping = { ...options.mapping, founded: 'yearEstablished' };
    const partly = await run(failing, { ...options, mapping, unknownOptions: 'create' });
    expect(partly.counts).toMatchObject({ created: 1, failed: 1 });
    const { rows: kept } = await owner.query(
      `select value from field_option where tenant_id = $1 and field = 'industry' and position = 1000 order by value`,
      [company.tenantId],
    );
    expect(kept.map((o) => o.value)).toEqual(['Farming', 'Shipping']);
    // Another process may have cached the definitions of a second ago.
    await eventually(async () => {
      const { body } = await api.call('GET', '/objects/account', { token: company.token });
      const industry = (body.data ?? body).fields.find((f: { key: string }) => f.key === 'industry');
      return industry.options.some((o: { value: string }) => o.value === 'Shipping');
    });
  });

  test('keep their original date and author', async () => {
    const csv = 'name,when,who\nOld,03/25/2019 10:00,Ada Admin\n';
    const done = await run(csv, {
      object: 'account',
      mode: 'create',
      mapping: { name: 'name', when: 'createdAt', who: 'createdBy' },
    });
    expect(done.counts).toMatchObject({ created: 1 });
    const [record] = (await get('/accounts')).data;
    expect(record).toMatchObject({
      createdAt: '2019-03-25T10:00:00.000Z',
      createdBy: { kind: 'member', id: company.memberId },
    });
  });
});

describe('contents of rows', () => {
  beforeAll(startWorker);
  afterAll(endWorker);
  const secret = 'canary-9f41c7';
  const bad = `Last name,E-mail,Phone\nSmith,${secret} is no address,${secret}-phone\nJones,jones@example.com,1\n`;
  const options = {
    object: 'contact',
    mode: 'create',
    mapping: { 'Last name': 'lastName', 'E-mail': 'email', Phone: 'phone' },
  };

  /** Tables that contain a text unencrypted in any column, bytes included. */
  async function tablesHolding(text: string): Promise<string[]> {
    const { rows } = await owner.query(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
    );
    const found: string[] = [];
    const asBytes = Buffer.from(text).toString('hex');
    for (const { name } of rows) {
      const holds = await scalar(
        `select count(*) from "${name}" t where t::text ilike '%' || $1 || '%' or t::text ilike '%' || $2 || '%'`,
        [text, asBytes],
      );
      if (holds > 0) found.push(name);
    }
    return found;
  }

  test('are not in the database in plain text, and are returned to the user who started the import', async () => {
    const done = await run(bad, options);
    expect(done.counts).toMatchObject({ created: 1, failed: 1 });
    expect(await errorsOf(done.id)).toContain(`${secret}-phone`);
    expect(await tablesHolding(secret)).toEqual([]);
    // The search finds a value that is stored.
    expect(await tablesHolding('jones@example.com')).toContain('contact');
  });

  test('are permanently gone once their key is destroyed, and the answer says so', async () => {
    const done = await run(bad, options);
    await owner.query('update import_run set key_id = null, wrapped_key = null where id = $1', [done.id]);
    const answer = await api.call('GET', `/imports/${done.id}/errors.csv`, { token: company.token });
    expect(answer.status).toBe(410);
    expect(answer.body.code).toBe('rowsForgotten');
    expect(answer.body.detail).toContain('30 days');
  });
});

describe('a dry run', () => {
  beforeAll(startWorker);
  afterAll(endWorker);
  const options = {
    object: 'account',
    mode: 'upsert',
    matchBy: ['externalId'],
    unknownOptions: 'create',
    mapping: { id: 'externalId', name: 'name', parent: 'parent', sector: 'industry', size: 'employees' },
  };

  test('reports what the import would do, row by row, and writes nothing', async () => {
    await run('id,name\nK1,Known\n', { ...options, mapping: { id: 'externalId', name: 'name' } });
    const many = Array.from({ length: 700 }, (_, n) => `N${n},New ${n},,Technology,${n}`);
    const csv = [
      'id,name,parent,sector,size',
      'K1,Known anew,New 650,Shipping,5',
      ...many,
      'N3,New 3 again,,,7',
      'X1,Orphan,Nobody,,',
      'X2,Wrong,,,many',
      'X3,Wrong too,,,lots',
    ].join('\n');
    const records = () => scalar('select count(*) from account where tenant_id = $1', [company.tenantId]);
    const events = () => scalar('select count(*) from record_event where tenant_id = $1', [company.tenantId]);
    const choices = () =>
      scalar('select count(*) from field_option where tenant_id = $1', [company.tenantId]);
    const before = [await records(), await events(), await choices()];
    const dry = await run(csv, { ...options, dryRun: true });
    expect(dry).toMatchObject({ status: 'completed', dryRun: true, progress: 1 });
    expect([await records(), await events(), await choices()]).toEqual(before);
    expect((await get('/imports')).data.map((r: any) => r.id)).not.toContain(dry.id);
    const failed = await get(`/imports/${dry.id}/failed-rows`);
    expect(failed.data.map((r: any) => r.row)).toEqual([704, 705, 706]);
    expect(failed.reasons).toMatchObject([
      { count: 2, example: expect.stringContaining('"many" isn\'t a number') },
      { count: 1, example: expect.stringContaining('there is no account "Nobody"') },
    ]);
    const alike = await get(`/imports/${dry.id}/failed-rows?kind=${failed.reasons[0].kind}&limit=1`);
    expect(alike.data.map((r: any) => r.row)).toEqual([705]);
    expect(
      (
        await get(
          `/imports/${dry.id}/failed-rows?kind=${failed.reasons[0].kind}&cursor=${alike.page.nextCursor}`,
        )
      ).data.map((r: any) => r.row),
    ).toEqual([706]);

    const done = await run(csv, options);
    expect(done.counts).toEqual(dry.counts);
    expect(done.counts).toMatchObject({ total: 705, created: 700, updated: 2, failed: 3 });
    const inspected = await post('/imports/inspect', [['file', csv, 'again.csv']]);
    expect(inspected.body.previous).toMatchObject({ mode: 'upsert', mapping: options.mapping });
  });

  test('knows keys and names in every notation, as the import does', async () => {
    await run('id,name\nK1,Known\n', { ...options, mapping: { id: 'externalId', name: 'name' } });
    const csv = [
      'id,name,parent,size',
      ' K1\u00a0,Known again,new  a,1',
      'A,New A,,2',
      'A\u200b,New A,,3',
      'B,"  New “B” ",NEW\u00a0A,4',
      'C,Child,"new ""b""",5',
      'D,Lost,Nobody,6',
      'E,Twin,,7',
      'F,TWIN ,,8',
      'G,Of twins,twin,9',
    ].join('\n');
    const { sector: _, ...mapping } = options.mapping;
    const told = async (id: string) =>
      (await get(`/imports/${id}/failed-rows`)).data.map((r: any) => [
        r.row,
        // Only the import itself saves records and can name their IDs.
        r.reason.replace('would be saved', 'was saved').replace(/ \(ids [^)]*\)/, ''),
      ]);
    const dry = await run(csv, { ...options, mapping, dryRun: true });
    const done = await run(csv, { ...options, mapping });
    expect(dry.counts).toEqual(done.counts);
    expect(done.counts).toMatchObject({ total: 9, created: 5, updated: 2, failed: 2 });
    expect(await told(dry.id)).toEqual(await told(done.id));
    const rows = (await get('/accounts?sort=employees')).data;
    expect(rows.map((r: any) => [r.externalId, r.name, r.parent?.name ?? null])).toEqual([
      ['K1', 'Known again', 'New A'],
      ['A', 'New A', null],
      ['B', 'New “B”', 'New A'],
      ['C', 'Child', 'New “B”'],
      ['E', 'Twin', null],
      ['F', 'TWIN', null],
      ['G', 'Of twins', null],
    ]);
  });

  test('needs the rights of the import', async () => {
    const member = { object: 'member', mode: 'create', mapping: { name: 'name' }, dryRun: true };
    await owner.query('delete from member_role where tenant_id = $1', [company.tenantId]);
    await owner.query('update tenant set access_version = access_version + 1 where id = $1', [
      company.tenantId,
    ]);
    await eventually(async () => (await upload('name\nx\n', member)).status === 403);
  });
});

describe('failed rows', () => {
  beforeAll(startWorker);
  afterAll(endWorker);
  const options = {
    object: 'account',
    mode: 'create',
    mapping: { name: 'name', size: 'employees', day: 'createdAt', parent: 'parent' },
  };
  const retry = (id: string, rows: object[]) =>
    api.call('POST', `/imports/${id}/retry`, { token: company.token, body: { rows } });

  test('are corrected one by one and read like the file; existing records are completed', async () => {
    // The first row shows that dates are day-month-year; the second shows the decimal mark.
    const csv =
      'name;size;day;parent\nA;1;25.04.2019;\nB;1,0;01.02.2019;\nC;many;03.04.2019;\nD;2;01.01.2020;E\nE;x;01.01.2020;\n';
    const done = await run(csv, options);
    expect(done.counts).toMatchObject({ total: 5, created: 2, failed: 3 });
    const { data, columns } = await get(`/imports/${done.id}/failed-rows`);
    expect(columns).toEqual(['name', 'size', 'day', 'parent']);
    expect(data.map((r: any) => [r.row, r.cells[0]])).toEqual([
      [4, 'C'],
      [5, 'D'],
      [6, 'E'],
    ]);
    const first = await retry(done.id, [
      { row: 6, cells: ['E', '3', '01.01.2020', ''] },
      { row: 4, cells: ['C', 'still many', '03.04.2019', ''] },
    ]);
    expect(first.status).toBe(200);
    expect(first.body.rows.map((r: any) => [r.row, r.status])).toEqual(
      expect.arrayContaining([
        [6, 'created'],
        [4, 'failed'],
      ]),
    );
    expect(first.body.import.counts).toMatchObject({ total: 5, created: 3, failed: 2 });
    const second = await retry(done.id, [
      { row: 4, cells: ['C', '1.200', '03.04.2019', ''] },
      { row: 5, cells: ['D', '2', '01.01.2020', 'E'] },
    ]);
    expect(second.body.import.counts).toMatchObject({ total: 5, failed: 0 });
    const rows = (await get('/accounts?sort=name')).data;
    expect(rows.map((r: any) => [r.name, r.employees, r.parent?.name])).toEqual([
      ['A', 1, undefined],
      ['B', 1, undefined],
      ['C', 1200, undefined],
      ['D', 2, 'E'],
      ['E', 3, undefined],
    ]);
    expect(rows[2].createdAt).toContain('2019-04-0');
    expect((await retry(done.id, [{ row: 4, cells: ['C', '1', '', ''] }])).status).toBe(409);
    expect((await retry(done.id, [{ row: 4, cells: ['C'] }])).body.errors[0].pointer).toBe('/rows/0/cells');
  });

  test('are returned in a file that is imported in the same way with the same meaning', async () => {
    const csv = '\ufeffname;size;day;parent\nGood;12,0;25.04.2019;\n=Bad;1.200;03.04.2019;Nobody\n';
    const done = await run(csv, options);
    const errors = await errorsOf(done.id);
    expect(errors).toMatch(/^\ufeffname;size;day;parent;reason\r\n'=Bad;1200;2019-04-03;Nobody;/);
    const again = await run(errors.replace('Nobody', ''), options);
    expect(again.counts).toMatchObject({ created: 1, failed: 0 });
    const rows = (await get('/accounts?sort=name')).data;
    expect(rows.map((r: any) => [r.name, r.employees])).toContainEqual(['=Bad', 1200]);
  });
});

describe("others' imports", () => {
  test('are visible to users who may see everybody’s actions, and stopped by users who manage the company', async () => {
    const csv = 'name\nAcme\n';
    const id = (await upload(csv, { object: 'account', mode: 'create', mapping: { name: 'name' } })).body.id;
    // The import now belongs to somebody else.
    await owner.query('update import_run set created_by_id = gen_random_uuid() where id = $1', [id]);
    const statuses = async (system: string[], scope = 'all') => {
      await owner.query(
        `update role set permissions = $2, system = $3 where tenant_id = $1 and key = 'companyAdmin'`,
        [
          company.tenantId,
          JSON.stringify(
            ['read', 'create', 'import'].map((action) => ({ object: 'account', action, scope })),
          ),
          ['manageImports', ...system],
        ],
      );
      await owner.query('update tenant set access_version = access_version + 1 where id = $1', [
        company.tenantId,
      ]);
      const ask = async (method: string, path: string) =>
        (await api.call(method, path, { token: company.token })).status;
      return [
        (await get('/imports')).data.some((r: any) => r.id === id),
        await ask('GET', `/imports/${id}`),
        await ask('POST', `/imports/${id}/cancel`),
      ];
    };
    await eventually(async () => (await statuses([])).join() === 'false,404,404');
    await eventually(async () => (await statuses(['viewAudit'])).join() === 'true,200,403');
    await eventually(async () => (await statuses(['viewAudit'], 'own')).join() === 'false,404,404');
    await eventually(async () => (await statuses(['manageSettings'])).join() === 'true,200,200');
  });
});

describe('uploads', () => {
  test('are stored under their own key, and read as a whole and in part', async () => {
    const secret = 'canary-in-upload-71c';
    const csv = `name\n${secret}\n${'x'.repeat(200_000)}\n`;
    const { body } = await post('/imports/inspect', [['file', csv, 'secret.csv']]);
    expect(body.columns[0].samples[0]).toBe(secret);
    const folder = join(api.config.PELLUCID_DATA_DIR, 'files', company.tenantId);
    const stored = await readFile(join(folder, body.fileId));
    expect(stored.includes(secret)).toBe(false);
    expect(stored.length).toBeGreaterThan(csv.length);
  });

  afterEach(endWorker);
  const options = { object: 'account', mode: 'create', mapping: { name: 'name' } };
  const csv = 'name,city\nAcme,Paris\nBeta,Rome\n';

  test('are inspected, and the inspected file is imported by its id', async () => {
    const { status, body } = await post('/imports/inspect', [['file', csv, 'C:\\My files\\companies.csv']]);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'companies.csv',
      size: csv.length,
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
      dateOrder: null,
      totalEstimate: 2,
      problems: [],
    });
    expect(body.columns).toEqual([
      {
        name: 'name',
        samples: ['Acme', 'Beta'],
        filled: 2,
        suggestedField: 'name',
        distinctValues: ['Acme', 'Beta'],
      },
      {
        name: 'city',
        samples: ['Paris', 'Rome'],
        filled: 2,
        suggestedField: 'city',
        distinctValues: ['Paris', 'Rome'],
      },
    ]);
    expect(body.rows).toEqual([
      ['Acme', 'Paris'],
      ['Beta', 'Rome'],
    ]);
    expect(
      (
        await post('/imports/inspect', [
          ['fileId', body.fileId],
          ['options', { delimiter: ';' }],
        ])
      ).body.columns,
    ).toHaveLength(1);

    startWorker();
    const started = await post('/imports', [
      ['options', options],
      ['fileId', body.fileId],
    ]);
    expect(started.status).toBe(202);
    expect((await ended(started.body.id)).counts).toMatchObject({ created: 2 });

    const other = await registerCompany(api);
    expect(
      (
        await post(
          '/imports',
          [
            ['options', options],
            ['fileId', body.fileId],
          ],
          {},
          other.token,
        )
      ).status,
    ).toBe(404);
    expect((await api.call('GET', `/imports/${started.body.id}`, { token: other.token })).status).toBe(404);
    expect(
      (await api.call('GET', `/imports/${started.body.id}/errors.csv`, { token: other.token })).status,
    ).toBe(404);
    expect((await get('/imports', other.token)).data).toEqual([]);
  });

  test('guess the object from columns of all kinds', async () => {
    const files = crmFiles();
    const likely = async (content: string) => {
      const { body } = await post('/imports/inspect', [['file', content, 'f.csv']]);
      return [body.suggestions[0].object, body.suggestions[0].mapping];
    };
    const mappingOf = (o: { object: string; mapping: object }) => [o.object, o.mapping];
    expect(await likely(files.accounts)).toEqual(mappingOf(crmOptions.accounts));
    expect(await likely(files.products)).toEqual(mappingOf(crmOptions.products));
    expect(await likely(files.agents)).toEqual(mappingOf(crmOptions.agents));
    expect(await likely(files.deals)).toEqual(mappingOf(crmOptions.deals));
  });

  test('may have their parts in any order, and options as a part with a file name', async () => {
    const first = await post('/imports', [
      ['options', options],
      ['file', csv, 'a.csv'],
    ]);
    const last = await post('/imports', [
      ['file', csv, 'a.csv'],
      ['options', options],
    ]);
    const blob = await post('/imports', [
      ['options', JSON.stringify(options), 'blob'],
      ['file', csv, 'a.csv'],
    ]);
    expect([first.status, last.status, blob.status]).toEqual([202, 202, 202]);
  });

  test('repeated with the same Idempotency-Key are one import', async () => {
    const key = { 'idempotency-key': 'import-once' };
    const parts: Part[] = [
      ['options', options],
      ['file', csv, 'a.csv'],
    ];
    const first = await post('/imports', parts, key);
    const second = await post('/imports', parts, key);
    expect(second).toEqual(first);
    expect((await get('/imports')).data).toHaveLength(1);
    expect(await storedFiles()).toHaveLength(1);
    expect(
      (
        await post(
          '/imports',
          [
            ['options', options],
            ['file', 'name\nother\n', 'a.csv'],
          ],
          key,
        )
      ).status,
    ).toBe(422);
  });

  test.each([
    [
      'an image',
      Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.alloc(64)]),
      '/file',
    ],
    ['nothing', '', '/file'],
    ['JSON', '{"name": "x"}', '/file'],
    ['a NUL byte', 'name\nA\u0000B\n', '/file'],
  ])('of %s are refused, and nothing is kept', async (_, content, at) => {
    const { status, body } = await upload(content, options);
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe(at);
    expect(await storedFiles()).toEqual([]);
    expect((await post('/imports/inspect', [['file', content, 'x.csv']])).status).toBe(422);
    expect(await storedFiles()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an unknown object', { ...options, object: 'starship' }, '/options/object'],
    ['an unknown mode', { ...options, mode: 'replace' }, '/options/mode'],
    ['an unknown column', { ...options, mapping: { nome: 'name' } }, '/options/mapping/nome'],
    ['an unknown field', { ...options, mapping: { name: 'nombre' } }, '/options/mapping/name'],
    ['a field that is not written', { ...options, mapping: { name: 'id' } }, '/options/mapping/name'],
    [
      'a field mapped twice',
      { ...options, mapping: { name: 'name', city: 'name' } },
      '/options/mapping/city',
    ],
    ['no mapping', { ...options, mapping: {} }, '/options/mapping'],
    ['a key that is none', { ...options, mode: 'upsert', matchBy: ['description'] }, '/options/matchBy/0'],
    ['a key without a column', { ...options, mode: 'upsert', matchBy: ['externalId'] }, '/options/matchBy/0'],
    ['no key', { ...options, mode: 'upsert' }, '/options/matchBy'],
    [
      'references of a plain column',
      { ...options, references: { city: { unknown: 'create' } } },
      '/options/references/city',
    ],
    [
      'a lookup that is none',
      { ...options, mapping: { name: 'name', city: 'parent' }, references: { city: { by: 'revenue' } } },
      '/options/references/city/by',
    ],
    ['values of a column that is not there', { ...options, values: { nome: {} } }, '/options/values/nome'],
    ['an unknown encoding', { ...options, encoding: 'klingon' }, '/options/encoding'],
    ['an unknown option', { ...options, extra: 1 }, '/options/extra'],
  ])('with %s are refused with the pointer', async (_, given, at) => {
    const { status, body } = await upload(csv, given);
    expect(status).toBe(422);
    expect(body.errors.map((e: any) => e.pointer)).toContain(at);
    expect(await storedFiles()).toEqual([]);
  });

  test('that are malformed are refused', async () => {
    const json = await api.call('POST', '/imports', { token: company.token, body: options });
    expect(json.status).toBe(400);
    expect((await post('/imports', [['options', options]])).body.errors[0].pointer).toBe('/file');
    expect((await post('/imports', [['file', csv, 'a.csv']])).body.errors[0].pointer).toBe('/options');
    expect(
      (
        await post('/imports', [
          ['options', '{nope'],
          ['file', csv, 'a.csv'],
        ])
      ).body.errors[0],
    ).toMatchObject({ pointer: '/options', code: 'malformedJson' });
    expect(
      (
        await post('/imports', [
          ['extra', 'x'],
          ['file', csv, 'a.csv'],
        ])
      ).body.errors[0].pointer,
    ).toBe('/extra');
    expect(
      (
        await post('/imports', [
          ['options', options],
          ['fileId', 'x'],
        ])
      ).body.errors[0].pointer,
    ).toBe('/fileId');
    expect(
      (
        await post('/imports', [
          ['options', options],
          ['fileId', '01a1fc68-d2f7-71b8-a087-7344992c540d'],
        ])
      ).status,
    ).toBe(404);
    const cut = await fetch(`${origin}/api/v1/imports`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${company.token}`,
        'content-type': 'multipart/form-data; boundary=x',
      },
      body: '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n',
    });
    expect(cut.status).toBe(400);
    expect(await storedFiles()).toEqual([]);
  });

  test('past 100 MB get 413 naming the limit, with and without a declared length', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'name,city\n');
    const blob = new Blob([...Array.from({ length: 101 }, () => chunk)]);
    const form = new FormData();
    form.append('options', JSON.stringify(options));
    form.append('file', blob, 'big.csv');
    const headers = { authorization: `Bearer ${company.token}` };
    const declared = await fetch(`${origin}/api/v1/imports`, { method: 'POST', headers, body: form });
    expect(declared.status).toBe(413);
    expect(((await declared.json()) as any).detail).toContain('100 MB');
    let sent = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (sent === 0)
          controller.enqueue(
            Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'),
          );
        if (sent++ < 103) controller.enqueue(chunk);
        else {
          controller.enqueue(Buffer.from('\r\n--x--\r\n'));
          controller.close();
        }
      },
    });
    const streamed = await fetch(`${origin}/api/v1/imports`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(streamed.status).toBe(413);
    expect(await storedFiles()).toEqual([]);
  });

  test('that are interrupted leave nothing behind', async () => {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /api/v1/imports HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${company.token}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 50000\r\n\r\n` +
        '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n' +
        'row\n'.repeat(5000),
    );
    await eventually(async () => (await storedFiles()).length === 1);
    socket.destroy();
    await eventually(async () => (await storedFiles()).length === 0);
  });

  test('need the right to import and the rights on the object', async () => {
    const give = async (key: string) => {
      await owner.query('delete from member_role where tenant_id = $1 and member_id = $2', [
        company.tenantId,
        company.memberId,
      ]);
      await owner.query(
        `insert into member_role (tenant_id, member_id, role_id) select tenant_id, $2, id from role where tenant_id = $1 and key = $3`,
        [company.tenantId, company.memberId, key],
      );
      await owner.query('update tenant set access_version = access_version + 1 where id = $1', [
        company.tenantId,
      ]);
      await eventually(
        async () => (await api.call('GET', '/auth/me', { token: company.token })).status === 200,
      );
    };
    await give('salesRep');
    await eventually(async () => (await upload(csv, options)).status === 403);
    await give('salesManager');
    await eventually(async () => (await upload(csv, options)).status === 202);
    expect((await upload(csv, { ...options, object: 'member' })).status).toBe(403);
    const related = await upload(csv, {
      ...options,
      mapping: { name: 'name', city: 'owner' },
      references: { city: { unknown: 'create' } },
    });
    expect(related.body.errors[0].pointer).toBe('/options/references/city/unknown');
  });

  test('are listed page by page, newest first', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift((await upload(csv, options)).body.id);
    const first = await get('/imports?limit=2');
    expect(first.data.map((r: any) => r.id)).toEqual(ids.slice(0, 2));
    const second = await get(`/imports?limit=2&cursor=${first.page.nextCursor}`);
    expect(second.data.map((r: any) => r.id)).toEqual(ids.slice(2));
    expect(second.page).toEqual({ nextCursor: null, hasMore: false });
    expect((await api.call('GET', '/imports?cursor=nonsense', { token: company.token })).status).toBe(400);
  });
});
