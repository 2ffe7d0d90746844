import { LINK_MINUTES, SignedLinks } from '@pellucid/platform/signed-links';
import { eventually } from '@pellucid/platform/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  api = await sharedWorkingApi();
});
beforeEach(async () => {
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
});
afterEach(async () => {
  await people?.end();
});

const call = (method: string, path: string, body?: unknown, token = company.token) =>
  api.call(method, path, { token, body });
async function accounts(...rows: object[]): Promise<string[]> {
  const made: string[] = [];
  for (const row of rows) {
    const { status, body } = await call('POST', '/accounts', row);
    expect(status).toBe(201);
    made.push(body.id);
  }
  return made;
}
const ended = (id: string, token = company.token) =>
  eventually(async () => {
    const { body } = await call('GET', `/exports/${id}`, undefined, token);
    return ['completed', 'failed', 'cancelled'].includes(body.status) ? body : null;
  });
/** Exports to the end. */
async function exported(request: object, token = company.token) {
  const { status, body } = await call('POST', '/exports', request, token);
  expect([status, body]).toEqual([
    202,
    { id: expect.any(String), status: 'queued', total: expect.any(Number) },
  ]);
  return ended(body.id, token);
}
const download = (state: { downloadUrl: string }, headers: Record<string, string> = {}) =>
  api.call('GET', state.downloadUrl, { headers });
const linesOf = (text: string) =>
  text
    .replace(/^\ufeff/, '')
    .split('\r\n')
    .slice(0, -1);
const may = (object: string, action: string, scope: 'all' | 'own' = 'all') => ({ object, action, scope });
const CSV = { object: 'account', format: 'csv', decimalMark: '.' };

describe('a file', () => {
  test('has the rows, the order and the columns that were asked for, and says how many', async () => {
    await accounts(
      { name: 'Bell' },
      { name: 'Anvil', annualRevenue: '1500.5' },
      { name: 'Other', industry: 'Retail' },
    );
    const state = await exported({
      ...CSV,
      fields: ['name', 'annualRevenue', 'owner'],
      sort: '-name',
      filter: { field: 'industry', op: 'neq', value: 'Retail' },
    });
    expect(state).toMatchObject({ status: 'completed', total: 2, records: 2, leftOut: 0, rows: 2 });
    const { status, body, headers } = await download(state);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment; filename="accounts-[\d-]+\.csv"$/),
      'x-content-type-options': 'nosniff',
      'content-length': String(state.bytes),
    });
    expect(linesOf(body)).toEqual([
      'Name,Annual revenue,Owner',
      'Bell,,Ada Admin',
      'Anvil,1500.50,Ada Admin',
    ]);
  });

  test('of an object without records has a header and nothing else', async () => {
    for (const [format, lines] of [
      ['csv', ['Name']],
      ['jsonl', []],
    ] as const) {
      const state = await exported({ object: 'lead', format, fields: ['lastName'], bom: false });
      expect(state).toMatchObject({ status: 'completed', total: 0, rows: 0 });
      const { body } = await download(state);
      expect(body).toBe(lines.length ? 'Last name\r\n' : '');
    }
  });

  test('in JSON lines has records as the API answers with them, with their lines', async () => {
    const [id] = await accounts({ name: 'Bell', tags: [] });
    const state = await exported({
      object: 'account',
      format: 'jsonl',
      fields: ['name', 'owner', 'createdAt'],
    });
    const { name, owner, createdAt } = (await call('GET', `/accounts/${id}`)).body;
    const { body } = await download(state);
    expect(
      body
        .trim()
        .split('\n')
        .map((line: string) => JSON.parse(line)),
    ).toEqual([{ id, name, owner, createdAt }]);
  });

  test('has only the selected records, also deleted ones, as a list finds them', async () => {
    const ids = await accounts({ name: 'A1' }, { name: 'A2' }, { name: 'B1' });
    const names = async (request: object) =>
      linesOf(
        (await download(await exported({ ...CSV, fields: ['name'], sort: 'name', ...request }))).body,
      ).slice(1);
    expect(await names({ ids: ids.slice(1) })).toEqual(['A2', 'B1']);
    expect(await names({ q: 'b1' })).toEqual(['B1']);
    expect((await call('DELETE', `/accounts/${ids[0]}`)).status).toBe(204);
    expect(await names({})).toEqual(['A2', 'B1']);
    expect(await names({ deleted: true })).toEqual(['A1']);
  });

  test('leaves out records that were deleted meanwhile, and says so', async () => {
    const [gone] = await accounts({ name: 'Gone' }, { name: 'Here' });
    // The records are those of the moment of the request; the deletion comes before the worker reads them.
    await people.sql(
      `create function delete_first() returns trigger language plpgsql as $$ begin
         update account set deleted_at = now() where tenant_id = new.tenant_id and id = '${gone}'; return new; end $$;
       create trigger delete_first after insert on export_part for each row when (new.tenant_id = '${company.tenantId}')
         execute function delete_first()`,
    );
    try {
      const state = await exported({ ...CSV, fields: ['name'] });
      expect(state).toMatchObject({ status: 'completed', total: 2, records: 1, leftOut: 1, rows: 1 });
      expect(linesOf((await download(state)).body)).toEqual(['Name', 'Here']);
    } finally {
      await people.sql('drop function delete_first() cascade');
    }
  });
});

describe('rights', () => {
  test('nobody exports without the right to, or a field that they do not see', async () => {
    const reader = await people.colleague([await people.role({ permissions: [may('account', 'read')] })]);
    const exporter = await people.colleague([
      await people.role({
        permissions: [may('account', 'read'), may('account', 'export')],
        fields: [{ object: 'account', field: 'phone', access: 'hidden' }],
      }),
    ]);
    await people.settle();
    const refused = await call('POST', '/exports', CSV, reader.token);
    expect([refused.status, refused.body.code]).toEqual([403, 'permissionMissing']);
    const asked = async (key: string) => {
      const { status, body } = await call(
        'POST',
        '/exports',
        { ...CSV, fields: ['name', key] },
        exporter.token,
      );
      return JSON.stringify([status, body.errors]).replaceAll(key, 'KEY');
    };
    expect(await asked('phone')).toBe(await asked('nothing'));
    expect(await asked('phone')).toContain('"pointer":"/fields/1","code":"unknownField"');
    const unknown = await call('POST', '/exports', { ...CSV, object: 'lead' }, exporter.token);
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([422, '/object']);
  });

  test('a file has the records that one may read and export, masked as one sees them', async () => {
    const who = await people.colleague([
      await people.role({
        permissions: [may('account', 'read'), may('account', 'export', 'own')],
        fields: [
          { object: 'account', field: 'phone', access: 'mask' },
          { object: 'account', field: 'website', access: 'hidden' },
        ],
      }),
    ]);
    await people.settleEverywhere();
    const [own, shared] = await accounts(
      { name: 'Own', phone: '+41 44 668 18 00', website: 'https://secret.example', owner: who.memberId },
      { name: 'Shared' },
      { name: 'Not theirs' },
    );
    await people.share('account', shared!, { kind: 'member', id: who.memberId }, 'read');
    await people.settleEverywhere();
    const state = await exported({ ...CSV, sort: 'name' }, who.token);
    expect(state).toMatchObject({ total: 2, rows: 2 });
    expect(state.fields).not.toContain('website');
    const { body } = await download(state);
    expect(body).toContain(own);
    expect(body).not.toMatch(/668|secret/);
    expect(
      linesOf(body)
        .slice(1)
        .map((line) => line.split(',')[1]),
    ).toEqual(['Own', 'Shared']);
  });

  test('exports of others are not found, unless one may see what everybody does', async () => {
    await accounts({ name: 'Bell' });
    const state = await exported(CSV);
    const rights = { permissions: [may('account', 'read'), may('account', 'export')] };
    const [other, auditor] = [
      await people.colleague([await people.role(rights)]),
      await people.colleague([await people.role({ ...rights, system: ['viewAudit'] })]),
    ];
    await people.settle();
    expect((await call('GET', `/exports/${state.id}`, undefined, other.token)).status).toBe(404);
    expect((await call('GET', '/exports?everyone=true', undefined, other.token)).status).toBe(403);
    const seen = await call('GET', `/exports/${state.id}`, undefined, auditor.token);
    expect([seen.status, seen.body.downloadUrl]).toEqual([200, null]);
    expect((await call('DELETE', `/exports/${state.id}`, undefined, auditor.token)).status).toBe(403);
    const list = await call('GET', '/exports?everyone=true', undefined, auditor.token);
    expect(list.body.data.map(({ id }: { id: string }) => id)).toEqual([state.id]);
  });
});

describe('a download link', () => {
  const finished = async () => {
    await accounts({ name: 'Bell' }, { name: 'Anvil' });
    return exported({ ...CSV, fields: ['name'], sort: 'name', bom: false });
  };

  test('resumes where a download broke off', async () => {
    const state = await finished();
    const whole = 'Name\r\nAnvil\r\nBell\r\n';
    const { headers } = await download(state);
    const part = async (range: string, more: Record<string, string> = {}) => {
      const answer = await download(state, { range, ...more });
      return [answer.status, answer.headers['content-range'] ?? null, answer.body];
    };
    expect(await part('bytes=6-10')).toEqual([206, `bytes 6-10/${whole.length}`, whole.slice(6, 11)]);
    expect(await part('bytes=13-')).toEqual([206, `bytes 13-18/${whole.length}`, whole.slice(13)]);
    expect(await part('bytes=-4')).toEqual([206, `bytes 15-18/${whole.length}`, whole.slice(-4)]);
    expect(await part('bytes=6-10', { 'if-range': String(headers['etag']) })).toEqual([
      206,
      `bytes 6-10/${whole.length}`,
      whole.slice(6, 11),
    ]);
    expect(await part('bytes=6-10', { 'if-range': '"another"' })).toEqual([200, null, whole]);
    for (const other of ['bytes=0-1,3-4', 'lines=1-2', 'bytes=', 'bytes=9-3'])
      expect(await part(other), other).toEqual([200, null, whole]);
    const beyond = await download(state, { range: 'bytes=900-' });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${whole.length}`]);
  });

  test('works for no other export, unaltered only, and for an hour', async () => {
    const state = await finished();
    const other = await finished();
    const link = new URL(state.downloadUrl, 'http://host').searchParams.get('link')!;
    const at = (id: string, text: string) => api.call('GET', `/exports/${id}/file?link=${text}`);
    expect((await at(state.id, link)).status).toBe(200);
    const [body, signature] = link.split('.') as [string, string];
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    claims[1] = other.id;
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    for (const [id, text] of [
      [other.id, link],
      [other.id, `${forged}.${signature}`],
      [state.id, `${body}.${signature.slice(0, -2)}xx`],
      [state.id, body],
      [state.id, 'none'],
    ])
      expect((await at(id, text)).status).toBe(404);
    const [tenantId, exportId, kind, actorId, identityId, sessionId] = claims;
    const holder = { tenantId, kind, actorId, identityId, sessionId };
    const target = { purpose: 'export', id: state.id };
    expect(exportId).toBe(other.id);
    const old = api.app.get(SignedLinks).sign(target, holder, Date.now() - (LINK_MINUTES * 60 + 1) * 1000);
    const late = await at(state.id, old);
    expect([late.status, late.body.code]).toEqual([410, 'linkExpired']);
  });

  test('dies with the log-in, the right and the fields of whom it was made for', async () => {
    await accounts({ name: 'Bell', phone: '+41 44 668 18 00' });
    const role = await people.role({ permissions: [may('account', 'read'), may('account', 'export')] });
    const who = await people.colleague([role]);
    await people.settleEverywhere();
    const state = await exported({ ...CSV, fields: ['name', 'phone'] }, who.token);
    expect((await download(state)).body).toContain('668');
    const set = async (column: string, value: object) => {
      await people.sql(`update role set ${column} = $2 where id = $1`, [role, JSON.stringify(value)]);
      await people.settle();
      const { status, body } = await download(state);
      return [status, body.code ?? 'file'];
    };
    const both = [may('account', 'read'), may('account', 'export')];
    expect(await set('fields', [{ object: 'account', field: 'phone', access: 'mask' }])).toEqual([
      409,
      'rightsNarrowed',
    ]);
    expect(await set('fields', [{ object: 'account', field: 'website', access: 'mask' }])).toEqual([
      200,
      'file',
    ]);
    expect(await set('permissions', [both[0]!])).toEqual([409, 'rightsNarrowed']);
    expect(await set('permissions', [both[0]!, may('account', 'export', 'own')])).toEqual([
      409,
      'rightsNarrowed',
    ]);
    expect(await set('permissions', [...both, may('lead', 'read')])).toEqual([200, 'file']);
    await people.sql('update session set revoked_at = now() where member_id = $1', [who.memberId]);
    const { status, body } = await download(state);
    expect([status, body.code]).toEqual([401, 'sessionEnded']);
  });

  test('leads to nothing once the file is deleted', async () => {
    const state = await finished();
    expect((await call('DELETE', `/exports/${state.id}`)).status).toBe(204);
    const { status, body } = await download(state);
    expect([status, body.code]).toEqual([410, 'exportExpired']);
    expect((await call('GET', `/exports/${state.id}`)).body).toMatchObject({
      downloadUrl: null,
      expiresAt: null,
    });
    const { rows } = await people.sql(
      'select 1 from export_part where export_id = $1 and wrapped_key is not null',
      [state.id],
    );
    expect(rows).toEqual([]);
  });

  test('is logged, as is the export, without the values that it was filtered by', async () => {
    await accounts({ name: 'Bell' });
    const filter = { field: 'name', op: 'eq', value: 'Bell' };
    const state = await exported({ ...CSV, fields: ['name'], filter });
    await download(state);
    const log = await eventually(async () => {
      const { body } = await call('GET', `/audit?object=security.export`);
      return body.data?.length === 3 ? body.data : null;
    });
    expect(log.map(({ verb }: { verb: string }) => verb)).toEqual([
      'exportDownloaded',
      'exportCompleted',
      'exportStarted',
    ]);
    expect(log[2].changes).toMatchObject({
      object: { after: 'account' },
      columns: { after: ['name'] },
      filter: { after: ['name'] },
      records: { after: 1 },
    });
    expect(JSON.stringify(log)).not.toContain('Bell');
  });
});
