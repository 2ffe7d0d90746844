/** A move brings what the files of another CRM hold: in order, with owners, dates and histories, once. */
import { OTHER_FILES, SALESFORCE_FILES } from '@pellucid/modules/moves/testing';
import { writtenZip } from './testing/written-zip.js';
import { describe, expect, test } from 'vitest';
import type { Permission } from '@pellucid/platform/access';
import { TestPeople } from './testing/colleagues.js';
import { registerCompany } from './testing/api-process.js';
import { movesStage } from './testing/moves-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = movesStage(sharedWorkingApi);
const { call, get, plan, upload, carryOut, move, all, sql, ended, failures } = stage;
const named = (records: any[], name: string) => records.find((one) => one.name === name);

describe('a move from Salesforce', () => {
  test('plans every file, and says which it cannot bring', async () => {
    const { plan: planned, source } = await plan(SALESFORCE_FILES);
    expect(source).toBe('salesforce');
    const of = (name: string) => planned.files.find((one: any) => one.name === name);
    expect(of('Account.csv')).toMatchObject({
      kind: 'Account',
      object: 'account',
      rows: 2,
      isIncluded: true,
    });
    expect(of('Task.csv')).toMatchObject({ brings: 'nothing', reason: 'noObject', isIncluded: false });
    expect(of('photos.csv')).toMatchObject({ kind: null, reason: 'unknownFile' });
    expect(of('Account.csv').columns.find((c: any) => c.name === 'Tier__c')).toMatchObject({
      field: null,
      newField: { name: 'tier', label: 'Tier', type: 'number' },
    });
    expect(planned.people.map((p: any) => [p.name, p.email, p.isNew])).toContainEqual([
      'Gina Gone',
      'gone@boats.example',
      true,
    ]);
    expect(planned.stages.map((s: any) => [s.name, s.category, s.isNew])).toEqual(
      expect.arrayContaining([
        ['Closed Won', 'won', false],
        ['Closed Lost', 'lost', false],
        ['Proposal/Price Quote', 'open', expect.any(Boolean)],
      ]),
    );
  });

  test('brings records in order, with owners, dates, lines, conversions and stage history', async () => {
    const done = await move(SALESFORCE_FILES);
    expect(done.status, JSON.stringify(done.steps)).toBe('completed');
    expect(await failures(done)).toEqual([]);
    expect(done.report.made.people).toBe(3);
    expect(done.report.notBrought).toEqual(
      expect.arrayContaining([
        { name: 'Task.csv', kind: 'Task', rows: 1, reason: 'noObject' },
        { name: 'photos.csv', kind: null, rows: 0, reason: 'unknownFile' },
      ]),
    );
    const accounts = await all('/accounts');
    const aqua = named(accounts, 'Aqua Ltd');
    expect(aqua).toMatchObject({
      createdAt: '2022-03-04T05:06:07.000Z',
      parent: { name: 'Sea Holding' },
      owner: { name: 'Ada Boats' },
      createdBy: { name: 'Ada Boats' },
      externalId: '001000000000002AAA',
      custom: { tier: 3, contractNotes: 'Renews yearly' },
    });
    const [contact] = await all('/contacts');
    expect(contact).toMatchObject({ lastName: 'Waters', account: { name: 'Aqua Ltd' } });
    const deals = await all('/opportunities');
    expect(deals).toHaveLength(3);
    const sails = named(deals, 'Sails for Aqua');
    expect(sails).toMatchObject({
      contact: { name: 'Wanda Waters' },
      account: { name: 'Aqua Ltd' },
      createdAt: '2024-01-10T08:00:00.000Z',
      owner: { name: 'Ada Boats' },
    });
    expect(named(deals, 'Anchors').owner.name).toBe('Gina Gone');
    const history = (await get(`/opportunities/${sails.id}/stage-history`)).data;
    expect(history.map((stay: any) => [stay.enteredAt, stay.leftAt, stay.imported, stay.actor.name])).toEqual(
      [
        ['2024-01-10T08:00:00.000Z', '2024-02-01T08:00:00.000Z', true, 'Ada Boats'],
        ['2024-02-01T08:00:00.000Z', '2024-03-20T08:00:00.000Z', true, 'Ben Oar'],
        ['2024-03-20T08:00:00.000Z', null, true, 'Ben Oar'],
      ],
    );
    const leads = await all('/leads');
    expect(leads.find((one) => one.lastName === 'Waters')).toMatchObject({
      status: 'Qualified',
      convertedAccount: { name: 'Aqua Ltd' },
      convertedOpportunity: { name: 'Sails for Aqua' },
    });
    expect(leads.find((one) => one.lastName === 'Open')).toMatchObject({ status: 'New', convertedAt: null });
    const products = await all('/products');
    expect(Number(named(products, 'Rope').price)).toBe(100);
    const { rows } = await sql('select count(*)::int as n from opportunity_line where tenant_id = $1', [
      stage.company.tenantId,
    ]);
    expect(rows[0].n).toBe(2);
  });

  test('doubles nothing the second time, and is rolled back as a whole', async () => {
    const first = await move(SALESFORCE_FILES);
    const counted = async () =>
      (
        await sql(
          `select (select count(*) from account a where a.tenant_id = $1 and deleted_at is null)::int as accounts,
                  (select count(*) from contact a where a.tenant_id = $1 and deleted_at is null)::int as contacts,
                  (select count(*) from lead a where a.tenant_id = $1 and deleted_at is null)::int as leads,
                  (select count(*) from opportunity a where a.tenant_id = $1 and deleted_at is null)::int as deals,
                  (select count(*) from member a where a.tenant_id = $1 and deleted_at is null)::int as people,
                  (select count(*) from stage a where a.tenant_id = $1 and deleted_at is null)::int as stages,
                  (select count(*) from opportunity_line a where a.tenant_id = $1)::int as lines,
                  (select count(*) from opportunity_stage_history a where a.tenant_id = $1)::int as history`,
          [stage.company.tenantId],
        )
      ).rows[0];
    const before = await counted();
    const second = await move(SALESFORCE_FILES);
    expect(await failures(second)).toEqual([]);
    expect(await counted()).toEqual(before);
    expect((await call('POST', `/moves/${first.id}/rollback`, {})).status).toBe(202);
    const after = await ended(first.id);
    expect(after.status).toBe('rolled_back');
    expect(
      after.rollback.counts.failed ?? 0,
      JSON.stringify((await get(`/bulk-jobs/${after.rollback.id}/results`)).data),
    ).toBe(0);
    expect(await counted()).toMatchObject({ accounts: 0, contacts: 0, leads: 0, deals: 0, people: 1 });
    expect((await call('POST', `/moves/${first.id}/rollback`, {})).body.code).toBe('nothingToRollBack');
  });

  test('follows the changed plan: a chosen owner, a stage, columns left out, files left out', async () => {
    const { id, plan: planned } = await plan(SALESFORCE_FILES);
    const [me] = await all('/members');
    const accountFile = planned.files.find((one: any) => one.kind === 'Account');
    const leadFile = planned.files.find((one: any) => one.kind === 'Lead');
    const changed = await call('PATCH', `/moves/${id}`, {
      files: [
        { fileId: leadFile.fileId, isIncluded: false },
        {
          fileId: accountFile.fileId,
          columns: [
            { name: 'Tier__c', newField: null },
            { name: 'BillingCity', field: null },
          ],
        },
      ],
      people: [{ key: '005000000000001AAA', member: me.id }],
    });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    const done = await carryOut(id);
    const aqua = named(await all('/accounts'), 'Aqua Ltd');
    expect(aqua).toMatchObject({ owner: { id: me.id }, city: null });
    expect(aqua.custom?.tier).toBeUndefined();
    expect(await all('/leads')).toEqual([]);
    expect(done.report.leftOut.find((one: any) => one.name === 'Account.csv').columns).toEqual(
      expect.arrayContaining(['Tier__c', 'BillingCity']),
    );
    expect((await call('PATCH', `/moves/${id}`, { people: [] })).body.code).toBe('moveStarted');
  });
});

describe.each(Object.entries(OTHER_FILES))('a move from %s', (source, files) => {
  test('brings accounts, contacts and deals with their links, once', async () => {
    const planned = await plan(files);
    expect(planned.source).toBe(source);
    const done = await carryOut(planned.id);
    expect(done.status).toBe('completed');
    expect(await failures(done)).toEqual([]);
    expect(done.report.notBrought).toEqual([expect.objectContaining({ reason: 'noObject', rows: 1 })]);
    const accounts = await all('/accounts');
    expect(named(accounts, 'Aqua Ltd').createdAt).toMatch(/^2022-03-04T05:06/);
    const [contact] = await all('/contacts');
    expect(contact).toMatchObject({ lastName: 'Waters', account: { name: 'Aqua Ltd' } });
    const deals = await all('/opportunities');
    expect(named(deals, 'Sails for Aqua')).toMatchObject({
      account: { name: 'Aqua Ltd' },
      contact: { name: 'Wanda Waters' },
      closeDate: '2024-03-20',
      probability: 100,
    });
    expect(named(deals, 'Ropes').probability).not.toBe(100);
    const again = await move(files);
    expect(await failures(again)).toEqual([]);
    expect(await all('/opportunities')).toHaveLength(2);
    expect(await all('/accounts')).toHaveLength(2);
    expect(await all('/contacts')).toHaveLength(1);
  });
});

describe('what systems write in their own way', () => {
  test('the columns of HubSpot for each stage become the stage history', async () => {
    const planned = await plan(OTHER_FILES['hubspot']!);
    const file = planned.plan.files.find((one: any) => one.kind === 'Deals');
    expect(file).toMatchObject({ brings: 'records', tellsStages: true });
    expect(file.columns.filter((c: any) => /^(Date|Cumulative)/.test(c.name))).toEqual([]);
    const done = await carryOut(planned.id);
    const sails = named(await all('/opportunities'), 'Sails for Aqua');
    const history = (await get(`/opportunities/${sails.id}/stage-history`)).data;
    expect(history.map((stay: any) => [stay.stage.name, stay.enteredAt, stay.leftAt, stay.imported])).toEqual(
      [
        ['Appointment Scheduled', '2024-01-10T08:00:00.000Z', '2024-03-20T10:00:00.000Z', true],
        [expect.any(String), '2024-03-20T10:00:00.000Z', null, true],
      ],
    );
    const { object, brings, counts } = done.steps.at(-1);
    expect([object, brings, counts.brought]).toEqual(['opportunity', 'stageHistory', 3]);
  });

  test('what protected spreadsheets from formulas is taken away, and parts of numbers are put together', async () => {
    await move(OTHER_FILES['espocrm']!);
    await move(OTHER_FILES['twenty']!);
    expect((await all('/accounts')).map((one) => one.phone)).toContain('+494311234567');
    expect((await all('/contacts')).map((one) => one.phone)).toContain('+49 4311234567');
  });

  test('times without a zone are those of the zone in which the system writes them', async () => {
    const { tenantId } = stage.company;
    await sql("update tenant_setting set zone = 'Asia/Tokyo' where tenant_id = $1", [tenantId]);
    await sql('update tenant set access_version = access_version + 1 where id = $1', [tenantId]);
    await move(SALESFORCE_FILES);
    await move(OTHER_FILES['hubspot']!);
    const created = (await all('/accounts'))
      .filter((one) => one.name === 'Aqua Ltd')
      .map((one) => one.createdAt);
    expect(created.sort()).toEqual(['2022-03-03T20:06:00.000Z', '2022-03-04T05:06:07.000Z']);
  });

  test('two systems may give the same ID', async () => {
    await move(OTHER_FILES['pipedrive']!);
    const companies = 'Record ID,Company name,Company owner\n1,Other Ltd,\n';
    await move({ 'companies.csv': companies });
    expect((await all('/accounts')).map((one) => [one.name, one.externalId])).toEqual(
      expect.arrayContaining([
        ['Aqua Ltd', 'pipedrive:1'],
        ['Other Ltd', 'hubspot:1'],
      ]),
    );
  });

  test('nobody is added who is only an ID', async () => {
    const { id, plan: planned } = await plan(OTHER_FILES['twenty']!);
    expect(planned.people).toEqual([
      expect.objectContaining({ key: '20202020-0000-4000-8000-000000000009', member: null, isNew: false }),
    ]);
    expect((await carryOut(id)).report.made.people).toBe(0);
  });

  test('companies are found by name where an export has no IDs of them, and other addresses stand in for that of work', async () => {
    const hubspot = await move({
      'companies.csv': 'Record ID,Company name,Company owner\n1,Aqua Ltd,\n',
      'contacts.csv':
        'Record ID,First Name,Last Name,Email,Contact owner,Associated Company\n1,Wanda,Waters,,,Aqua Ltd;Sea Holding\n',
    });
    expect(await failures(hubspot)).toEqual([]);
    await move({
      'people.csv':
        'Person - ID,Person - Name,Person - Email - Work,Person - Email - Home,Person - Phone - Work,Person - Phone - Home,Person - Phone - Other\n1,Otto Oar,,otto@home.example,,,+494311234567\n',
    });
    const contacts = (await all('/contacts')).map((one) => [
      one.lastName,
      one.account?.name,
      one.email,
      one.phone,
    ]);
    expect(contacts.sort()).toEqual([
      ['Otto Oar', undefined, 'otto@home.example', '+494311234567'],
      ['Waters', 'Aqua Ltd', null, null],
    ]);
  });

  test('people without a last name are brought', async () => {
    const done = await move({
      'contacts.csv':
        'Record ID,First Name,Last Name,Email,Contact owner\n1,Wanda,,w@a.example,\n2,,,x@a.example,\n',
    });
    expect(await failures(done)).toEqual([]);
    const names = (await all('/contacts')).map((one) => [one.firstName, one.lastName]);
    expect(names.sort()).toEqual([
      [null, 'Wanda'],
      [null, 'x@a.example'],
    ]);
  });
});

describe('uploads of moves', () => {
  test('a ZIP archive is taken apart; names in it are only names', async () => {
    const archive = writtenZip({
      '../../evil/Account.csv': SALESFORCE_FILES['Account.csv']!,
      '__MACOSX/._Account.csv': 'x',
      'readme.pdf': 'x',
    });
    const { plan: planned } = await plan({ 'export.zip': archive });
    expect(planned.files.map((one: any) => [one.name, one.kind])).toEqual([['Account.csv', 'Account']]);
  });

  test('a part that is larger than its archive says is refused, and nothing is kept', async () => {
    const archive = writtenZip({ 'Account.csv': 'Id,Name\n'.repeat(10_000) }, { saidSize: 10 });
    const answer = await upload({ 'export.zip': archive });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ code: 'damagedArchive' }] } });
    expect(await stage.storedFiles()).toEqual([]);
  });

  test('files of no known system are refused by name', async () => {
    const answer = await upload({ 'cats.csv': 'Cat,Age\nMia,3\n' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ code: 'sourceUnknown' }] } });
    expect(await stage.storedFiles()).toEqual([]);
  });
});

describe('two people, and no rights', () => {
  test('two moves of the same files at once bring everything once', async () => {
    const [a, b] = [await plan(SALESFORCE_FILES), await plan(SALESFORCE_FILES)];
    const done = await Promise.all([carryOut(a.id), carryOut(b.id)]);
    expect(done.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(await all('/accounts')).toHaveLength(2);
    expect(await all('/opportunities')).toHaveLength(3);
    const { rows } = await sql(
      "select count(*)::int as n from member where tenant_id = $1 and deleted_at is null and email_norm = 'ada@boats.example'",
      [stage.company.tenantId],
    );
    expect(rows[0].n).toBe(1);
  });

  test('moving takes the right to import; what roles do not let people import is not brought', async () => {
    const people = await TestPeople.of(stage.api.database, stage.api, stage.company);
    const actions = ['read', 'create', 'update', 'import'];
    const permissions = actions.map((action): Permission => ({ object: 'account', action, scope: 'all' }));
    const outsider = await people.colleague([await people.role({ permissions })]);
    const importer = await people.role({ permissions, system: ['manageImports'] });
    const mover = await people.colleague([importer]);
    await people.settleEverywhere();
    expect((await upload(OTHER_FILES['hubspot']!, outsider.token)).status).toBe(403);

    const planned = await plan(OTHER_FILES['hubspot']!, mover.token);
    const reasons = planned.plan.files.map((one: any) => [one.kind, one.reason]);
    expect(reasons).toEqual(
      expect.arrayContaining([
        ['Companies', null],
        ['Contacts', 'noRight'],
        ['Deals', 'noRight'],
      ]),
    );
    expect(planned.plan.people.every((one: any) => !one.isNew)).toBe(true);
    // A colleague with the same right, and the company's admin, don't find it.
    const colleague = await people.colleague([importer]);
    await people.settleEverywhere();
    for (const token of [colleague.token, undefined]) {
      expect((await call('GET', `/moves/${planned.id}`, undefined, token)).status).toBe(404);
      for (const verb of ['start', 'cancel', 'rollback'])
        expect((await call('POST', `/moves/${planned.id}/${verb}`, {}, token)).status).toBe(404);
    }
    expect((await get('/moves', colleague.token)).data).toEqual([]);

    // Rights count when it starts, not when it was planned.
    await people.sql('update role set permissions = $2 where id = $1', [
      importer,
      JSON.stringify(permissions.filter(({ action }) => action === 'read')),
    ]);
    await people.settleEverywhere();
    const refused = await call('POST', `/moves/${planned.id}/start`, {}, mover.token);
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ code: 'permissionMissing' }] } });
    await people.sql("update role set system = '{}' where id = $1", [importer]);
    await people.settleEverywhere();
    expect((await call('GET', `/moves/${planned.id}`, undefined, mover.token)).status).toBe(403);
    await people.end();
  });

  test('a plan whose files are no longer kept is not started', async () => {
    const { id, plan: planned } = await plan(OTHER_FILES['pipedrive']!);
    await sql('update import_file set removed_at = now() where id = $1', [planned.files[0].fileId]);
    const answer = await call('POST', `/moves/${id}/start`, {});
    expect([answer.status, answer.body.code]).toEqual([410, 'filesExpired']);
    expect(await get(`/moves/${id}`)).toMatchObject({ status: 'draft' });
  });

  test('a move can be rolled back for 30 days', async () => {
    const done = await move(OTHER_FILES['pipedrive']!);
    const ago = (days: number) =>
      sql('update move_run set finished_at = now() - make_interval(days => $2) where id = $1', [
        done.id,
        days,
      ]);
    await ago(31);
    const late = await call('POST', `/moves/${done.id}/rollback`, {});
    expect([late.status, late.body.code]).toEqual([410, 'rollbackExpired']);
    await ago(29);
    expect((await call('POST', `/moves/${done.id}/rollback`, {})).status).toBe(202);
    expect((await ended(done.id)).status).toBe('rolled_back');
  });

  test('a rollback takes back the stages that the move brought to a deal that was there', async () => {
    const [stageOf] = (await get('/stages?sort=position')).data;
    const { body: deal } = await call('POST', '/opportunities', {
      name: 'Sails for Aqua',
      externalId: '006000000000001AAA',
      stage: stageOf.id,
    });
    const path = `/opportunities/${deal.id}/stage-history`;
    const before = (await get(path)).data;
    const done = await move(SALESFORCE_FILES);
    expect((await get(path)).data.some((stay: any) => stay.imported)).toBe(true);
    expect((await call('POST', `/moves/${done.id}/rollback`, {})).status).toBe(202);
    expect((await ended(done.id)).status).toBe('rolled_back');
    expect((await get(path)).data).toEqual(before);
  });

  test('a rollback takes back the fields that the move added, except those that are used by now', async () => {
    const { body: other } = await call('POST', '/accounts', { name: 'Not of the move' });
    const done = await move(SALESFORCE_FILES);
    const names = async () => (await get('/custom-fields')).data.map((field: any) => field.name).sort();
    expect(await names()).toEqual(['contractNotes', 'delivery', 'tier']);
    await call('PATCH', `/accounts/${other.id}`, { custom: { tier: 9 } });
    expect((await call('POST', `/moves/${done.id}/rollback`, {})).status).toBe(202);
    const { rollback } = await ended(done.id);
    expect(await names()).toEqual(['tier']);
    expect(rollback.counts.failed).toBe(1);
    const [kept] = (await get(`/bulk-jobs/${rollback.id}/results`)).data;
    expect(kept).toMatchObject({ object: 'account', errors: [{ code: 'fieldHoldsValues' }] });
  });

  test('fields of a start that was interrupted are not added twice, and are taken back', async () => {
    const { id } = await plan(SALESFORCE_FILES);
    // Somebody takes the name of the second field in another way of writing, so that it can't be added.
    const clash = { object: 'account', name: 'contractnotes', label: 'Notes', type: 'text' };
    const { body: made } = await call('POST', '/custom-fields', clash);
    expect((await call('POST', `/moves/${id}/start`, {})).status).toBe(422);
    expect(await get(`/moves/${id}`)).toMatchObject({ status: 'draft' });
    expect((await call('DELETE', `/custom-fields/${made.id}`)).status).toBe(204);
    await sql('delete from custom_field where id = $1', [made.id]);
    const done = await carryOut(id);
    expect(done.status).toBe('completed');
    expect((await get('/custom-fields')).data).toHaveLength(3);
    await call('POST', `/moves/${id}/rollback`, {});
    await ended(id);
    expect((await get('/custom-fields')).data).toEqual([]);
  });

  test('a move whose file is gone when it begins writes nothing, and says why', async () => {
    const { id, plan: planned } = await plan(OTHER_FILES['pipedrive']!);
    const lock = `imports:${stage.company.tenantId}`;
    await sql('select pg_advisory_lock(hashtextextended($1, 0))', [lock]);
    expect((await call('POST', `/moves/${id}/start`, {})).status).toBe(202);
    const held = await sql('select held_until from import_file where id = any($1)', [
      planned.files.filter((one: any) => one.isIncluded).map((one: any) => one.fileId),
    ]);
    expect(held.rows.every((row) => row.held_until > new Date())).toBe(true);
    const deals = planned.files.find((one: any) => one.kind === 'Deal');
    await sql('update import_file set removed_at = now() where id = $1', [deals.fileId]);
    await sql('select pg_advisory_unlock(hashtextextended($1, 0))', [lock]);
    const failed = await ended(id);
    expect(failed).toMatchObject({
      status: 'failed',
      error: 'The uploaded file is no longer available. Upload it again.',
    });
    expect(await all('/accounts')).toEqual([]);
    expect(await all('/members')).toHaveLength(1);
    const released = await sql('select 1 from import_file where tenant_id = $1 and held_until is not null', [
      stage.company.tenantId,
    ]);
    expect(released.rows).toEqual([]);
  });

  test('a move is found by its person only, and is stopped once', async () => {
    const { id } = await plan(OTHER_FILES['pipedrive']!);
    const stranger = await registerCompany(stage.api);
    for (const [method, path] of [
      ['GET', `/moves/${id}`],
      ['POST', `/moves/${id}/start`],
      ['POST', `/moves/${id}/rollback`],
    ] as const)
      expect((await stage.api.call(method, path, { token: stranger.token, body: {} })).status).toBe(404);
    await carryOut(id);
    expect((await call('POST', `/moves/${id}/cancel`, {})).body.code).toBe('moveEnded');
    expect((await call('POST', `/moves/${id}/start`, {})).body.code).toBe('moveStarted');
  });
});
