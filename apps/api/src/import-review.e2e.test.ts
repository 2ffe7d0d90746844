import { eventually } from '@pellucid/platform/testing';
import { describe, expect, test } from 'vitest';
import { registerCompany } from './testing/api-process.js';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, ended, errorsOf, get, post, preview, run, scalar, sql, upload } = stage;

describe('contents of rows', () => {
  const secret = 'canary-9f41c7';
  const bad = `Last name,E-mail,Phone\nSmith,${secret} is no address,${secret}-phone\nJones,jones@example.com,1\n`;
  const options = {
    object: 'contact',
    mode: 'create',
    mapping: { 'Last name': 'lastName', 'E-mail': 'email', Phone: 'phone' },
  };

  /** Tables that contain a text unencrypted in any column, bytes included. */
  async function tablesHolding(text: string): Promise<string[]> {
    const { rows } = await sql(
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
    await sql('update import_run set key_id = null, wrapped_key = null where id = $1', [done.id]);
    const answer = await call('GET', `/imports/${done.id}/errors.csv`);
    expect(answer.status).toBe(410);
    expect(answer.body.code).toBe('rowsForgotten');
    expect(answer.body.detail).toContain('30 days');
  });
});

describe('a preview', () => {
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
    const records = () =>
      scalar('select count(*) from account where tenant_id = $1', [stage.company.tenantId]);
    const events = () =>
      scalar('select count(*) from record_event where tenant_id = $1', [stage.company.tenantId]);
    const choices = () =>
      scalar('select count(*) from field_option where tenant_id = $1', [stage.company.tenantId]);
    const before = [await records(), await events(), await choices()];
    const dry = await preview(csv, options);
    expect(dry).toMatchObject({ status: 'completed', preview: true, progress: 1 });
    expect([await records(), await events(), await choices()]).toEqual(before);
    expect((await get('/imports')).data.map((r: any) => r.id)).not.toContain(dry.id);
    const failed = await get(`/imports/${dry.id}/failed-rows`);
    expect(failed.data.map((r: any) => r.row)).toEqual([704, 705, 706]);
    expect(failed.reasons).toMatchObject([
      { count: 2, reasons: [{ code: 'notANumber', params: { cell: 'many', column: 'size' } }] },
      { count: 1, reasons: [{ code: 'referenceMissing', params: { cell: 'Nobody', object: 'account' } }] },
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
        r.reasons.map(({ code, params: { ids: _, ...params } }: any) => [
          code.replace('wouldLackReference', 'savedWithoutReference').replace(/Ids$/, ''),
          params,
        ]),
      ]);
    const dry = await preview(csv, { ...options, mapping });
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
    const member = { object: 'member', mode: 'create', mapping: { name: 'name' } };
    await sql('delete from member_role where tenant_id = $1', [stage.company.tenantId]);
    await sql('update tenant set access_version = access_version + 1 where id = $1', [
      stage.company.tenantId,
    ]);
    await eventually(async () => (await upload('name\nx\n', member, '/imports/preview')).status === 403);
  });
});

describe('failed rows', () => {
  const options = {
    object: 'account',
    mode: 'create',
    mapping: { name: 'name', size: 'employees', day: 'createdAt', parent: 'parent' },
  };
  const retry = (id: string, rows: object[]) =>
    stage.api.call('POST', `/imports/${id}/retry`, { token: stage.company.token, body: { rows } });

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

describe('an upload', () => {
  const options = { object: 'account', mode: 'create', mapping: { name: 'name' } };
  const csv = 'name,city\nAcme,Paris\nBeta,Rome\n';

  test('is inspected, and the inspected file is imported by its id', async () => {
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
        suggestedCustomField: { name: 'name', label: 'name', type: 'text' },
      },
      {
        name: 'city',
        samples: ['Paris', 'Rome'],
        filled: 2,
        suggestedField: 'city',
        distinctValues: ['Paris', 'Rome'],
        suggestedCustomField: { name: 'city', label: 'city', type: 'text' },
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

    const started = await post('/imports', [
      ['options', options],
      ['fileId', body.fileId],
    ]);
    expect(started.status).toBe(202);
    expect((await ended(started.body.id)).counts).toMatchObject({ created: 2 });

    const other = await registerCompany(stage.api);
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
    expect((await stage.api.call('GET', `/imports/${started.body.id}`, { token: other.token })).status).toBe(
      404,
    );
    expect(
      (await stage.api.call('GET', `/imports/${started.body.id}/errors.csv`, { token: other.token })).status,
    ).toBe(404);
    expect((await get('/imports', other.token)).data).toEqual([]);
  });
});
