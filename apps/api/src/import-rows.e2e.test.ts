import { describe, expect, test } from 'vitest';
import { eventually } from '@pellucid/platform/testing';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, errorsOf, get, run, sql } = stage;

describe('rows', () => {
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
    expect(lines[5]).toContain('There is no account ""Nobody""');
    expect(lines[6]).toContain('""Name"" is required');
    const answer = await call('GET', `/imports/${done.id}/errors.csv`);
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.headers['content-disposition']).toContain('attachment');
  });

  test('name stages of the pipeline that an earlier row chose', async () => {
    const stages: string[] = [];
    for (const name of ['Partners', 'Renewals']) {
      const pipeline = await call('POST', '/pipelines', { name });
      for (const [position, stage] of ['Start', 'Review'].entries())
        stages.push(
          (await call('POST', '/stages', { name: stage, pipeline: pipeline.body.id, position })).body.id,
        );
    }
    const done = await run('id,deal,pipeline,stage\n1,A,Renewals,Start\n1,,,Review\n', {
      object: 'opportunity',
      mode: 'upsert',
      matchBy: ['externalId'],
      mapping: { id: 'externalId', deal: 'name', pipeline: 'pipeline', stage: 'stage' },
    });
    expect(done.counts).toMatchObject({ created: 1, updated: 1, failed: 0 });
    expect((await get('/opportunities')).data[0].stage.id).toBe(stages[3]);
  });

  test('name stages of another pipeline by ID', async () => {
    const pipeline = await call('POST', '/pipelines', { name: 'Grants' });
    const stage = await call('POST', '/stages', { name: 'Idea', pipeline: pipeline.body.id, position: 0 });
    const elsewhere = (await get('/stages')).data.find((s: any) => s.pipeline.id !== pipeline.body.id);
    const done = await run(`id,deal,stage\n7,Research,${elsewhere.id}\n7,,${stage.body.id}\n`, {
      object: 'opportunity',
      mode: 'upsert',
      matchBy: ['externalId'],
      mapping: { id: 'externalId', deal: 'name', stage: 'stage' },
      references: { stage: { by: 'id' } },
    });
    expect(done.counts).toMatchObject({ created: 1, updated: 1, failed: 0 });
    expect((await get('/opportunities')).data[0]).toMatchObject({
      stage: { id: stage.body.id },
      pipeline: { id: pipeline.body.id },
    });
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

  test('refer by name: unknown ones are created, left empty or refused; ambiguous ones are refused', async () => {
    await run('name\nTwin\nTwin\n', account);
    const options = (unknown: string) => ({
      object: 'contact',
      mode: 'create',
      mapping: { last: 'lastName', firm: 'account', boss: 'owner', tags: 'tags' },
      references: { firm: { by: 'name', unknown }, boss: { unknown: 'empty' }, tags: { unknown: 'create' } },
    });
    const csv = `last,firm,boss,tags\nOne,Newcorp,Nobody,vip; key\nTwo,NEWCORP,${stage.company.email},vip\nThree,Twin,Ada Admin,\n`;
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
    const { rows: verbs } = await sql(
      `select object, count(distinct record_id)::int as records from record_event where tenant_id = $1 and verb = 'created' and cause_id = $2 group by object order by object`,
      [stage.company.tenantId, done.id],
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
    const { rows: kept } = await sql(
      `select value from field_option where tenant_id = $1 and field = 'industry' and position = 1000 order by value`,
      [stage.company.tenantId],
    );
    expect(kept.map((o) => o.value)).toEqual(['Farming', 'Shipping']);
    // Another process may have cached the definitions of a second ago.
    await eventually(async () => {
      const { body } = await call('GET', '/objects/account');
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
      createdBy: { kind: 'member', id: stage.company.memberId },
    });
  });
});
