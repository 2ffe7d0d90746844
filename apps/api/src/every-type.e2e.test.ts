/**
 * An object with a field of every type, its own and one that the company defined, on its way through all engines. A type that
 * is added is tested without a change here.
 */
import type { FieldDescriptor } from '@pellucid/platform/records';
import { FIELD_TYPE_NAMES, isLink, operatorsFor } from '@pellucid/platform/records/testing';
import { expect, test } from 'vitest';
import {
  partsFields,
  productWithEveryType,
  settingsFor,
  typedFields,
  twoValues,
} from './testing/every-type.js';
import { importsStage } from './testing/imports-stage.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let product: Awaited<ReturnType<typeof productWithEveryType>>;
const stage = importsStage(
  async () => {
    product = await productWithEveryType();
    return product.api;
  },
  () => product.close(),
);
const { call, get } = stage;

/** A field of the sample: how it is named in requests, and two values that differ, as requests give them. */
interface Sampled {
  key: string;
  field: FieldDescriptor;
  values: [unknown, unknown];
}

/** Defines a custom field of every type, creates two records to refer to, and returns all fields. */
async function sampledFields(): Promise<Sampled[]> {
  const people = await TestPeople.of(product.database, stage.api, stage.company);
  await people.customFields(
    'sample',
    Object.fromEntries(FIELD_TYPE_NAMES.map((type) => [`${type}Own`, [type, settingsFor(type)]])),
  );
  await people.end();
  const targets = [
    await created('/accounts', { name: 'First' }),
    await created('/accounts', { name: 'Second' }),
  ];
  const ids = targets.map(({ id }) => id);
  return typedFields.flatMap((field) => [
    { key: field.key, field, values: twoValues(field, ids) },
    { key: `custom.${field.type}Own`, field, values: twoValues(field, ids) },
  ]);
}

async function created(path: string, body: object): Promise<any> {
  const answer = await call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

/** The value of a field in the body of a record. */
const of = (record: any, key: string) =>
  key.startsWith('custom.') ? record.custom[key.slice('custom.'.length)] : record[key];

/** A body with a value for each field. */
function bodyOf(fields: Sampled[], value: (f: Sampled) => unknown): Record<string, any> {
  const body: Record<string, any> = { custom: {} };
  for (const f of fields)
    if (f.key.startsWith('custom.')) body['custom'][f.key.slice('custom.'.length)] = value(f);
    else body[f.key] = value(f);
  return body;
}

/** A shown value in the form in which engines keep it. */
const kept = (f: Sampled, shown: unknown) =>
  shown === null ? null : f.field.traits.codec.parse(shown, f.field);

/** Records with the first values, with the second ones, and with none. */
async function threeRecords(fields: Sampled[]): Promise<[any, any, any]> {
  return [
    await created('/samples', { name: 'One', ...bodyOf(fields, ({ values }) => values[0]) }),
    await created('/samples', { name: 'Two', ...bodyOf(fields, ({ values }) => values[1]) }),
    await created('/samples', { name: 'Empty' }),
  ];
}

/** Two people with all rights to samples, except that the first sees these fields masked, the second not at all. */
async function twoReaders(keys: string[]): Promise<[Colleague, Colleague]> {
  const people = await TestPeople.of(product.database, stage.api, stage.company);
  const who = async (access: 'mask' | 'hidden') =>
    people.colleague([
      await people.role({
        permissions: [
          { object: 'sample', action: '*', scope: 'all' },
          { object: 'account', action: 'read', scope: 'all' },
        ],
        fields: keys.map((field) => ({ object: 'sample', field, access })),
      }),
    ]);
  const readers: [Colleague, Colleague] = [await who('mask'), await who('hidden')];
  await people.settle();
  await people.end();
  return readers;
}

const query = async (body: object) => {
  const answer = await call('POST', '/samples/query', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.data as any[];
};

test('lists, single reads and forms agree; what is read can be sent back', async () => {
  const fields = await sampledFields();
  const records = await threeRecords(fields);
  for (const record of records) expect(await get(`/samples/${record.id}`)).toEqual(record);
  // Lists bring lines only if they are asked for.
  const listed = records.map(({ parts: _, ...record }) => record);
  expect(await query({ sort: 'name' })).toEqual([listed[2], listed[0], listed[1]]);
  for (const f of fields)
    expect([f.key, ...records.map((record) => kept(f, of(record, f.key)))]).toEqual([
      f.key,
      ...f.values,
      f.field.traits.isList ? [] : null,
    ]);

  const described = (await get('/objects/sample')).fields;
  for (const { key, field } of fields)
    expect(described.find((f: any) => f.key === key)).toMatchObject({ type: field.type, readOnly: false });
  const shown = bodyOf(fields, ({ key }) => of(records[0], key));
  expect((await call('PATCH', `/samples/${records[0].id}`, shown)).body).toEqual(records[0]);
});

test('every field filters and sorts', async () => {
  const fields = await sampledFields();
  await threeRecords(fields);
  const found = async (filter: object) => (await query({ filter, sort: 'name' })).map(({ name }) => name);
  for (const { key, field, values } of fields.filter((f) => f.field.filterable)) {
    const operators: readonly string[] = operatorsFor(field.type);
    const has = (n: 0 | 1) =>
      operators.includes('eq')
        ? { field: key, op: 'eq', value: values[n] }
        : { field: key, op: 'in', value: [values[n]].flat() };
    expect([key, await found(has(0)), await found({ not: has(1) })]).toEqual([
      key,
      ['One'],
      ['Empty', 'One'],
    ]);
    expect([key, await found({ field: key, op: 'empty' })]).toEqual([key, ['Empty']]);
  }
  for (const { key } of fields.filter((f) => f.field.sortable)) {
    const names = async (sort: string) => (await query({ sort })).map(({ name }) => name);
    const up = await names(`${key},name`);
    expect([key, up.at(-1), [...up.slice(0, 2)].sort()]).toEqual([key, 'Empty', ['One', 'Two']]);
    expect([key, await names(`-${key},name`)]).toEqual([key, [up[1], up[0], 'Empty']]);
  }
});

test('every change is in the history, and the record as it was is shown', async () => {
  const fields = await sampledFields();
  const [one, two] = await threeRecords(fields);
  const changed = await call(
    'PATCH',
    `/samples/${one.id}`,
    bodyOf(fields, (f) => f.values[1]),
  );
  expect(changed.status).toBe(200);
  for (const { key } of fields) expect([key, of(changed.body, key)]).toEqual([key, of(two, key)]);

  const [event] = (await get(`/samples/${one.id}/history`)).data;
  for (const { key } of fields)
    expect([key, event.changes[key]]).toEqual([
      key,
      expect.objectContaining({ before: of(one, key), after: of(two, key) }),
    ]);
  const before = await get(`/samples/${one.id}/as-of?at=${one.updatedAt}`);
  for (const { key } of fields) expect([key, of(before, key)]).toEqual([key, of(one, key)]);
});

test('a closed record is frozen, whichever field a change gives', async () => {
  const fields = await sampledFields();
  const [one] = await threeRecords(fields);
  await call('PATCH', `/samples/${one.id}`, { isClosed: true });
  for (const f of fields) {
    const refused = await call(
      'PATCH',
      `/samples/${one.id}`,
      bodyOf([f], () => f.values[1]),
    );
    expect([f.key, refused.status, refused.body.code]).toEqual([f.key, 409, 'sampleClosed']);
  }
});

test('a bulk update changes every field', async () => {
  const fields = await sampledFields();
  const [one, two, empty] = await threeRecords(fields);
  const answer = await call('POST', '/samples/bulk', {
    action: 'update',
    ids: [one.id, empty.id],
    changes: bodyOf(fields, (f) => f.values[1]),
  });
  expect([answer.status, answer.body.counts]).toEqual([200, { total: 2, updated: 2 }]);
  for (const { id } of [one, empty]) {
    const now = await get(`/samples/${id}`);
    for (const { key } of fields) expect([key, of(now, key)]).toEqual([key, of(two, key)]);
  }
});

test('every field that can be filtered is grouped and counted', async () => {
  const fields = (await sampledFields()).filter((f) => f.field.filterable);
  await threeRecords(fields);
  for (const { key, field, values } of fields) {
    if (isLink(field.traits.family) || field.traits.isDocument) {
      const refused = await call('POST', '/samples/aggregate', {
        groupBy: [{ field: key }],
        measures: [{ fn: 'count' }],
      });
      expect([key, refused.status, refused.body.code]).toEqual([key, 422, 'notGroupable']);
      continue;
    }
    const distinct = field.traits.isList ? [] : [{ fn: 'distinct', field: key }];
    const answer = await call('POST', '/samples/aggregate', {
      groupBy: [{ field: key }],
      measures: [{ fn: 'count' }, { fn: 'count', field: key }, ...distinct],
    });
    const problems = answer.body.errors ?? [];
    expect([key, problems, answer.body.totals]).toEqual([
      key,
      [],
      [3, 2, ...distinct.map(() => new Set(values).size)],
    ]);
    expect([key, answer.body.rows.at(-1)]).toEqual([
      key,
      { keys: [null], values: [1, 0, ...distinct.map(() => 0)] },
    ]);
  }
});

test('a masked field shows no value anywhere, a hidden one not even itself', async () => {
  const fields = await sampledFields();
  const [one] = await threeRecords(fields);
  await call(
    'PATCH',
    `/samples/${one.id}`,
    bodyOf(fields, (f) => f.values[1]),
  );
  const [masked, unseeing] = await twoReaders(fields.map(({ key }) => key));
  for (const { token } of [masked, unseeing]) {
    const answers = [
      await get(`/samples/${one.id}`, token),
      ...(await get('/samples', token)).data,
      await get(`/samples/${one.id}/as-of?at=${new Date().toISOString()}`, token),
    ];
    for (const record of answers)
      for (const f of fields) {
        const shown = of(record, f.key);
        if (token === unseeing.token) expect([f.key, shown]).toEqual([f.key, undefined]);
        else for (const value of f.values) expect([f.key, shown]).not.toEqual([f.key, value]);
      }
    const history = JSON.stringify(await get(`/samples/${one.id}/history`, token));
    for (const f of fields.filter(({ field }) => field.traits.family === 'text'))
      for (const value of f.values) expect(history).not.toContain(value);
    for (const { key } of fields) {
      const refusals = [
        await call('POST', '/samples/query', { filter: { field: key, op: 'empty' } }, token),
        await call('POST', '/samples/query', { sort: key }, token),
        await call('POST', '/samples/aggregate', { groupBy: [{ field: key }] }, token),
        await call(
          'PATCH',
          `/samples/${one.id}`,
          bodyOf(
            fields.filter((f) => f.key === key),
            (f) => f.values[0],
          ),
          token,
        ),
      ];
      expect([key, refusals.map(({ status }) => status >= 400)]).toEqual([key, [true, true, true, true]]);
    }
  }
});

test('an import reads every field from what files contain', async () => {
  const fields = await sampledFields();
  const [one] = await threeRecords(fields);
  const imported = fields.filter((f) => f.field.importable);
  const cell = (f: Sampled) =>
    f.field.references
      ? f.field.traits.isList
        ? 'First'
        : 'First'
      : f.field.traits.cell.write(f.values[0], f.field);
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const file = `name,${imported.map((_, n) => `c${n}`).join()}\nImported,${imported.map((f) => quoted(cell(f))).join()}\n`;
  const run = await stage.run(file, {
    object: 'sample',
    mode: 'create',
    mapping: { name: 'name', ...Object.fromEntries(imported.map(({ key }, n) => [`c${n}`, key])) },
    decimalMark: '.',
    dateOrder: 'YMD',
  });
  expect([run.counts, await stage.errorsOf(run.id)]).toEqual([
    expect.objectContaining({ created: 1, failed: 0 }),
    expect.anything(),
  ]);
  const [found] = await query({ filter: { field: 'name', op: 'eq', value: 'Imported' } });
  for (const { key } of imported) expect([key, of(found, key)]).toEqual([key, of(one, key)]);
});

test('lines with every type are written, kept by id, logged, shown as they were, withheld field by field, and frozen', async () => {
  const targets = [
    await created('/accounts', { name: 'First' }),
    await created('/accounts', { name: 'Second' }),
  ];
  const ids = targets.map(({ id }) => id);
  const parts = partsFields.map((field) => ({ key: field.line!.name, field, values: twoValues(field, ids) }));
  const bodyWith = (n: 0 | 1) => bodyOf(parts, (f) => f.values[n]);
  const { custom: _, ...first } = bodyWith(0);
  const { custom: __, ...second } = bodyWith(1);

  const made = await created('/samples', { name: 'Lines', parts: [first, {}] });
  const [line, empty] = made.parts;
  for (const f of parts)
    expect([f.key, kept(f, line[f.key]), kept(f, empty[f.key])]).toEqual([
      f.key,
      f.values[0],
      f.field.traits.isList ? [] : null,
    ]);
  const again = await call('PATCH', `/samples/${made.id}`, { parts: made.parts });
  expect([again.status, again.body]).toEqual([200, made]);

  const changed = (
    await call('PATCH', `/samples/${made.id}`, { parts: [{ id: line.id, ...second }, { id: empty.id }] })
  ).body;
  for (const f of parts) expect([f.key, kept(f, changed.parts[0][f.key])]).toEqual([f.key, f.values[1]]);
  expect(changed.parts.map(({ id }: any) => id)).toEqual([line.id, empty.id]);
  expect((await get(`/samples/${made.id}/as-of?at=${made.updatedAt}`)).parts).toEqual(made.parts);
  const [event] = (await get(`/samples/${made.id}/history`)).data;
  const [diff] = event.lines.parts;
  for (const { key } of parts)
    expect([key, diff.changes[key]]).toEqual([
      key,
      expect.objectContaining({ before: line[key], after: changed.parts[0][key] }),
    ]);

  const [masked, unseeing] = await twoReaders(partsFields.map(({ key }) => key));
  for (const { token } of [masked, unseeing]) {
    const seen = [
      (await get(`/samples/${made.id}`, token)).parts,
      (await get(`/samples/${made.id}/as-of?at=${made.updatedAt}`, token)).parts,
      (await get('/samples?fields=parts', token)).data[0].parts,
    ];
    for (const [shown] of seen)
      for (const f of parts)
        if (token === unseeing.token) expect([f.key, shown[f.key]]).toEqual([f.key, undefined]);
        else for (const value of f.values) expect([f.key, shown[f.key]]).not.toEqual([f.key, value]);
    const history = JSON.stringify(await get(`/samples/${made.id}/history`, token));
    for (const f of parts.filter(({ field }) => field.traits.family === 'text'))
      for (const value of f.values) expect(history).not.toContain(value);
    for (const f of parts) {
      const refused = await call(
        'PATCH',
        `/samples/${made.id}`,
        { parts: [{ id: line.id, [f.key]: f.values[0] }, { id: empty.id }] },
        token,
      );
      expect([f.key, refused.status, refused.body.errors?.[0].code]).toEqual([
        f.key,
        422,
        'fieldNotWritable',
      ]);
    }
  }

  await call('PATCH', `/samples/${made.id}`, { isClosed: true });
  const frozen = await call('PATCH', `/samples/${made.id}`, { parts: [] });
  expect([frozen.status, frozen.body.code]).toEqual([409, 'sampleClosed']);
});
