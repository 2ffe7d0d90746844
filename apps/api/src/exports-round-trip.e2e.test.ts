/** What is exported imports back as it was: every field type, own, custom and of lines, in every form of a table. */
import { FIELD_TYPE_NAMES, isLink, sampleValues } from '@pellucid/platform/records/testing';
import { eventually } from '@pellucid/platform/testing';
import { beforeEach, expect, test } from 'vitest';
import { TestPeople } from './testing/colleagues.js';
import {
  everyType,
  partsFields,
  productWithEveryType,
  settingsFor,
  twoValues,
  typedFields,
} from './testing/every-type.js';
import { importsStage } from './testing/imports-stage.js';

let product: Awaited<ReturnType<typeof productWithEveryType>>;
const stage = importsStage(
  async () => {
    product = await productWithEveryType();
    return product.api;
  },
  () => product.close(),
);
const { call } = stage;

const created = async (path: string, body: object): Promise<any> => {
  const answer = await call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

/** Texts that files, spreadsheets and readers of numbers and dates are known to change. */
const TEXTS = [
  '=1+1',
  "'=1+1",
  "''@x",
  '\u00a0=cmd()',
  '＝x',
  '-1-2',
  '+49 40 555 0237',
  "'tis",
  'a "quoted" word',
  'comma, semicolon; pipe| tab\t.',
  'line\nbreak',
  'line\r\nbreak',
  'return\ralone',
  '007',
  '1.500',
  '1,500',
  '03/04/2026',
  'TRUE',
  'null',
  '\ufeffmark',
  'naïve 日本語 عربى 🙂 e\u0301',
  '_x000D_',
  '<b>&amp;</b>',
  'sep=;',
  '# comment',
];

/** What linked records can be. A list in a cell is parted at semicolons. */
const ROLES = ['Decision maker', 'on hold, later', 'a/b'];

/** The objects' fields by key, with those that the company defined. */
const fieldOf = new Map(
  [...typedFields, ...partsFields].flatMap((field) =>
    field.line
      ? [[field.key, field] as const]
      : [[field.key, field] as const, [`custom.${field.type}Own`, field] as const],
  ),
);

fieldOf.set('custom.rolesOwn', everyType.byKey.get('linksValue')!);

let accounts: string[];
beforeEach(async () => {
  const people = await TestPeople.of(product.database, stage.api, stage.company);
  await people.customFields('sample', {
    ...Object.fromEntries(FIELD_TYPE_NAMES.map((type) => [`${type}Own`, [type, settingsFor(type)]])),
    rolesOwn: ['links', { linksTo: ['account'], options: ROLES.map((value) => ({ value, label: value })) }],
  });
  await people.settleEverywhere();
  await people.end();
  accounts = [
    (await created('/accounts', { name: 'First; with a semicolon' })).id,
    (await created('/accounts', { name: 'Second, with a comma' })).id,
  ];
});

/** Records with every sample value of every type, and with texts that are hard to keep. */
async function samples(targets: string[]): Promise<number> {
  const values = typedFields.map((field) => ({
    field,
    values:
      field.traits.family === 'reference' || isLink(field.traits.family)
        ? twoValues(field, targets)
        : sampleValues(field),
  }));
  const most = Math.max(...values.map((one) => one.values.length));
  for (let n = 0; n < most; n++) {
    const body: Record<string, any> = { name: `Sample ${n}`, custom: {} };
    for (const { field, values: own } of values) {
      body[field.key] = own[n % own.length];
      body['custom'][`${field.type}Own`] = own[(n + 1) % own.length];
    }
    body['custom'].rolesOwn = targets.slice(n % 2).map((id, i) => ({
      object: 'account',
      id,
      ...(i + n > 3 ? {} : { role: ROLES[(i + n) % ROLES.length] }),
    }));
    const lines = Array.from({ length: n % 4 }, (_, line) =>
      Object.fromEntries(
        partsFields.map((field) => {
          const own = field.references ? twoValues(field, targets) : sampleValues(field);
          return [field.line!.name, own[(n + line) % own.length]];
        }),
      ),
    );
    await created('/samples', { ...body, parts: lines });
  }
  for (const [n, text] of TEXTS.entries())
    await created('/samples', { name: `${n} ${text}`, longTextValue: text, custom: { longTextOwn: text } });
  await created('/samples', { name: 'Empty' });
  return most + TEXTS.length + 1;
}

const ended = (path: string): Promise<any> =>
  eventually(async () => {
    const { body } = await call('GET', path);
    return ['completed', 'failed', 'cancelled'].includes(body.status) ? body : null;
  });

test.each([
  ['CSV', { format: 'csv', references: 'id' }],
  ['CSV of another country', { format: 'csv', references: 'id', decimalMark: ',', zone: 'Asia/Kolkata' }],
  [
    'CSV with tabs and without a byte order mark',
    { format: 'csv', references: 'id', delimiter: '\t', bom: false },
  ],
  ['a workbook', { format: 'xlsx', references: 'id' }],
  ['a workbook of another zone', { format: 'xlsx', references: 'id', zone: 'America/New_York' }],
  ['CSV with names', { format: 'csv', references: 'name' }],
  ['JSON lines', { format: 'jsonl', references: 'id' }],
])('%s imports back unchanged', async (_, form) => {
  // Names can't say where a name ends in a list, so these are plain.
  if (form.references === 'name')
    for (const [n, id] of accounts.entries())
      expect((await call('PATCH', `/accounts/${id}`, { name: `Plain ${n}` })).status).toBe(200);
  const count = await samples(accounts);
  const before = (await call('POST', '/samples/query', { sort: 'id', limit: 200 })).body.data;
  const started = await call('POST', '/exports', { object: 'sample', ...form });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  const state = await ended(`/exports/${started.body.id}`);
  expect(state, state.error).toMatchObject({ status: 'completed', total: count, records: count, leftOut: 0 });

  const file = await fetch(`${stage.origin}${state.downloadUrl}`);
  const content = new Uint8Array(await file.arrayBuffer());
  const inspected = await stage.post('/imports/inspect', [['file', content, `file.${form.format}`]]);
  const columns: string[] = inspected.body.columns.map(({ name }: { name: string }) => name);
  const isJson = form.format === 'jsonl';
  const keys = state.fields.flatMap((key: string) =>
    key === 'parts' ? ['parts.id', ...partsFields.map((field) => field.key)] : [key],
  );
  if (!isJson) expect(columns).toHaveLength(keys.length);
  // Objects of JSON have a column for each member, a reference one for its ID.
  const columnOf = (key: string, n: number) =>
    isJson ? [`${key}.id`, key].find((name) => columns.includes(name)) : columns[n];
  const isImported = (key: string) => {
    const field = fieldOf.get(key) ?? everyType.byKey.get(key);
    if (key === 'id' || key === 'parts.id') return true;
    return field?.importable === true && !field.readOnly;
  };
  const mapping = Object.fromEntries(
    keys.flatMap((key: string, n: number) => (isImported(key) ? [[columnOf(key, n), key]] : [])),
  );
  const references = Object.fromEntries(
    keys.flatMap((key: string, n: number) => {
      const isReference = (fieldOf.get(key) ?? everyType.byKey.get(key))?.references;
      return isReference && isImported(key) ? [[columnOf(key, n), { by: form.references }]] : [];
    }),
  );
  const importing = await stage.post('/imports', [
    ['file', content, `file.${form.format}`],
    [
      'options',
      {
        object: 'sample',
        mode: 'update',
        mapping,
        references,
        lines: { parts: { mode: 'match', matchBy: 'parts.textPart' } },
      },
    ],
  ]);
  expect(importing.status, JSON.stringify(importing.body)).toBe(202);
  const run = await ended(`/imports/${importing.body.id}`);
  const failed = (await call('GET', `/imports/${importing.body.id}/failed-rows`)).body;
  expect(failed.reasons, run.error).toEqual([]);
  expect(run.counts).toMatchObject({
    ...(isJson ? {} : { total: state.rows }),
    updated: 0,
    created: 0,
    unchanged: count,
    failed: 0,
  });
  expect((await call('POST', '/samples/query', { sort: 'id', limit: 200 })).body.data).toEqual(before);
});
