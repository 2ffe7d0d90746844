/** Options of imports that are kept by name, files to fill in, and what an inspection offers for a file. */
import { beforeEach, describe, expect, test } from 'vitest';
import { TestPeople } from './testing/colleagues.js';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, get, post, run } = stage;

const CSV = 'Company,Site,Secret\nAcme,https://acme.example,1\nBeta,https://beta.example,2\n';
const options = { object: 'account', mode: 'create', mapping: { Company: 'name', Site: 'website' } };
const inspected = async (content: string | Uint8Array, more: object = {}, token?: string) =>
  (
    await post(
      '/imports/inspect',
      [
        ['file', content, 'file.csv'],
        ['options', more],
      ],
      {},
      token,
    )
  ).body;
const made = async (body: object, token?: string): Promise<any> => {
  const answer = await call('POST', '/import-templates', body, token);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const fieldIn = async (object: string, name: string, more: object = {}) => {
  const field = { object, name, label: name, type: 'text', ...more };
  const answer = await call('POST', '/custom-fields', field);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

describe('a template', () => {
  let people: TestPeople;
  let rita: string;
  beforeEach(async () => {
    people = await TestPeople.of(stage.api.database, stage.api, stage.company);
    rita = await importer();
    return () => people.end();
  });

  /** Returns the token of somebody who may import accounts. */
  async function importer(fields?: { object: string; field: string; access: 'hidden' }[]): Promise<string> {
    const permissions = ['read', 'create', 'update', 'import'].map((action) => ({
      object: 'account',
      action,
      scope: 'all' as const,
    }));
    const role = await people.role({ permissions, system: ['manageImports'], ...(fields && { fields }) });
    const { token } = await people.colleague([role]);
    await people.settle();
    return token;
  }

  test('is kept by name, is private until it is shared, and its owner changes and deletes it', async () => {
    const template = await made({ name: 'Monthly', options });
    expect(template).toMatchObject({
      name: 'Monthly',
      object: 'account',
      isShared: false,
      leftOut: [],
      mayChange: true,
    });
    expect(template.options).toMatchObject(options);
    const at = `/import-templates/${template.id}`;
    expect((await call('GET', at, undefined, rita)).status).toBe(404);
    expect((await get('/import-templates?object=account', rita)).data).toEqual([]);
    const shared = await call('PATCH', at, { isShared: true, name: 'Every month' });
    expect(shared.body).toMatchObject({ name: 'Every month', isShared: true, version: 2 });
    expect((await get('/import-templates', rita)).data).toEqual([
      expect.objectContaining({ id: template.id, mayChange: false }),
    ]);
    expect((await get('/import-templates?object=contact', rita)).data).toEqual([]);
    for (const method of ['PATCH', 'DELETE'])
      expect(
        (await call(method, at, method === 'PATCH' ? { name: 'Mine' } : undefined, rita)).body.code,
      ).toBe('templateNotYours');
    expect((await run(CSV, (await get(at, rita)).options)).counts).toMatchObject({ created: 2, failed: 0 });
    expect((await call('DELETE', at)).status).toBe(204);
    expect((await call('GET', at)).status).toBe(404);
  });

  test('leaves out what its reader may not fill, without naming it, and offers the rest', async () => {
    const hidden = await fieldIn('account', 'ranking');
    const withField = {
      ...options,
      mapping: { ...options.mapping, Secret: hidden.key },
      values: { Secret: { 1: 'low' } },
    };
    const { id } = await made({ name: 'All', options: withField, isShared: true });
    expect((await get(`/import-templates/${id}`)).options.mapping).toEqual(withField.mapping);
    const token = await importer([{ object: 'account', field: hidden.key, access: 'hidden' }]);
    const seen = await get(`/import-templates/${id}`, token);
    expect(seen.leftOut).toEqual([{ column: 'Secret', field: null }]);
    expect(seen.options).toMatchObject({ mapping: options.mapping, values: {} });
    expect(JSON.stringify(seen)).not.toContain(hidden.key);
    const refused = await call('POST', '/import-templates', { name: 'No', options: withField }, token);
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer: '/options/mapping/Secret' })]);
  });

  test('leaves out a column whose records its reader can not look up, without naming by which field', async () => {
    const withParent = {
      ...options,
      mapping: { Company: 'name', Parent: 'parent' },
      references: { Parent: { by: 'industry', unknown: 'error' } },
    };
    const { id } = await made({ name: 'Groups', options: withParent, isShared: true });
    const token = await importer([{ object: 'account', field: 'industry', access: 'hidden' }]);
    const seen = await get(`/import-templates/${id}`, token);
    expect(seen.leftOut).toEqual([{ column: 'Parent', field: null }]);
    expect(JSON.stringify(seen)).not.toContain('industry');
    expect((await get(`/import-templates/${id}`, rita)).options).toMatchObject(withParent);
    const refused = await call('POST', '/import-templates', { name: 'No', options: withParent }, token);
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer: '/options/mapping/Parent' })]);
  });

  test('is a use of the fields that it names, and says which of its columns have lost theirs', async () => {
    const field = await fieldIn('account', 'ranking');
    const withField = { ...options, mapping: { ...options.mapping, Secret: field.key } };
    const shared = await made({ name: 'Monthly', options: withField, isShared: true });
    const own = await made({ name: 'Mine', options: withField });
    const refused = await call('DELETE', `/custom-fields/${field.id}`);
    expect([refused.status, refused.body.uses]).toEqual([
      409,
      [
        { kind: 'importTemplate', id: shared.id, name: 'Monthly' },
        { kind: 'importTemplate', id: own.id, name: 'Mine' },
      ],
    ]);
    expect((await call('DELETE', `/import-templates/${own.id}`)).status).toBe(204);
    await stage.sql(`update import_template set uses = '{}' where id = $1`, [shared.id]);
    expect((await call('DELETE', `/custom-fields/${field.id}`)).status).toBe(204);
    const left = await get(`/import-templates/${shared.id}`);
    expect(left.leftOut).toEqual([{ column: 'Secret', field: field.key }]);
    expect((await run(CSV, left.options)).counts).toMatchObject({ created: 2, failed: 0 });
  });
});

describe('a file to fill in', () => {
  test.each([
    ['US', ',', '12/31/2026'],
    ['DE', ';', '31.12.2026'],
  ])(
    'of a company in %s has its notation, and its columns are mapped by their names',
    async (country, delimiter, day) => {
      const locale = country === 'DE' ? 'de-DE' : 'en-US';
      expect((await call('PATCH', '/settings', { locale })).status).toBe(200);
      await fieldIn('account', 'ranking');
      const { data: objects } = await get('/objects');
      for (const { key } of objects.filter(
        (o: any) => o.permissions.import && (o.permissions.create || o.permissions.update),
      )) {
        const answer = await call('GET', `/imports/template?object=${key}`);
        expect(answer.status, key).toBe(200);
        const text = String(answer.body);
        if (key === 'opportunity') {
          expect(text).toContain(day);
          expect(text.split('\r\n')[0]).toContain(delimiter);
        }
        const { columns, problems } = await inspected(text, { object: key });
        expect(
          columns.filter((c: any) => !c.suggestedField).map((c: any) => c.name),
          key,
        ).toEqual([]);
        expect(new Set(columns.map((c: any) => c.suggestedField)).size).toBe(columns.length);
        expect(problems, key).toEqual([]);
      }
    },
  );

  test('names what it can not be made for', async () => {
    const answer = await call('GET', '/imports/template?object=nothing');
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ pointer: '/object', code: 'unknownObject' }),
    ]);
  });
});

test('the corrected failed rows of an import are known again, and their reasons are no column', async () => {
  const done = await run('Company,Employees\nAcme,many\n', {
    object: 'account',
    mode: 'create',
    mapping: { Company: 'name', Employees: 'employees' },
  });
  expect(done.counts.failed).toBe(1);
  const corrected = (await stage.errorsOf(done.id)).replace('many', '12');
  const found = await inspected(corrected);
  expect(found.corrects).toEqual({ id: done.id, fileName: 'file.csv' });
  expect(found.previous.mapping).toEqual({ Company: 'name', Employees: 'employees' });
  expect(found.columns.at(-1)).not.toHaveProperty('suggestedField');
  expect((await run(corrected, found.previous)).counts).toMatchObject({ created: 1, failed: 0 });
  expect((await inspected('Company,Employees\nBeta,3\n')).corrects).toBeNull();
});

test('a column that fits no field can become one of the company, for those who manage fields', async () => {
  const rows = Array.from(
    { length: 8 },
    (_, n) => `A${n},1${n}.25,${n % 2 ? 'High' : 'low'},2026-03-1${n},0${n}1,x@y.ch,yes,30%`,
  );
  const file = `Name,Fläche in m²,Priority,Audit day,Site code,Billing mail 2,Is key,Share\n${rows.join('\n')}\n`;
  const { columns } = await inspected(file, { object: 'account' });
  const suggested = Object.fromEntries(columns.map((c: any) => [c.name, c.suggestedCustomField]));
  expect(suggested).toEqual({
    Name: expect.anything(),
    'Fläche in m²': { name: 'flacheInM2', label: 'Fläche in m²', type: 'number', scale: 2 },
    Priority: {
      name: 'priority',
      label: 'Priority',
      type: 'select',
      options: [
        { value: 'low', label: 'low' },
        { value: 'High', label: 'High' },
      ],
    },
    'Audit day': { name: 'auditDay', label: 'Audit day', type: 'date' },
    'Site code': { name: 'siteCode', label: 'Site code', type: 'text' },
    'Billing mail 2': { name: 'billingMail2', label: 'Billing mail 2', type: 'email' },
    'Is key': { name: 'isKey', label: 'Is key', type: 'boolean' },
    Share: { name: 'share', label: 'Share', type: 'percent' },
  });
  const mapping: Record<string, string> = { Name: 'name' };
  for (const [column, field] of Object.entries(suggested).filter(([column]) => column !== 'Name')) {
    const answer = await call('POST', '/custom-fields', { object: 'account', ...(field as object) });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    mapping[column] = answer.body.key;
  }
  expect((await run(file, { object: 'account', mode: 'create', mapping })).counts).toMatchObject({
    created: 8,
    failed: 0,
  });
});
