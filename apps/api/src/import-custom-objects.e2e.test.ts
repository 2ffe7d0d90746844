import { eventually } from '@pellucid/platform/testing';
import { expect, test } from 'vitest';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, get, preview, run } = stage;

async function made(path: string, body: object) {
  const answer = await call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

test('records of an object of the company are exported as far as one sees them, and imported back unchanged', async () => {
  await made('/custom-objects', { name: 'ferry', plural: 'ferries', label: 'Ferry', pluralLabel: 'Ferries' });
  const field = (name: string, more: object) =>
    made('/custom-fields', { object: 'ferry', name, label: name, ...more });
  await field('line', { type: 'text' });
  await field('sister', { type: 'reference', references: 'ferry' });
  await field('crew', {
    type: 'links',
    linksTo: ['account', 'ferry'],
    options: [{ value: 'Captain', label: 'Captain' }],
  });
  const acme = await made('/accounts', { name: 'Acme' });
  const first = await made('/ferries', { name: 'First', custom: { line: 'A; "1"' } });
  await made('/ferries', {
    name: 'Second',
    custom: {
      sister: first.id,
      crew: [
        { object: 'account', id: acme.id, role: 'Captain' },
        { object: 'ferry', id: first.id },
      ],
    },
  });
  const before = (await get('/ferries?sort=id')).data;
  const fields = ['id', 'name', 'custom.line', 'custom.sister', 'custom.crew'];
  const started = await call('POST', '/exports', {
    object: 'ferry',
    format: 'csv',
    references: 'id',
    sort: 'id',
    fields,
  });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  const state = await eventually(async () => {
    const found = await get(`/exports/${started.body.id}`);
    return found.status === 'completed' ? found : null;
  });
  expect([state.rows, state.fields]).toEqual([2, fields]);
  const file = await (await fetch(`${stage.origin}${state.downloadUrl}`)).text();
  const columns = ['Record ID', 'Name', 'line', 'sister', 'crew'];
  const back = await run(file, {
    object: 'ferry',
    mode: 'update',
    mapping: Object.fromEntries(columns.map((column, n) => [column, fields[n]])),
    references: { sister: { by: 'id' } },
  });
  expect(back.counts).toMatchObject({ unchanged: 2, updated: 0, failed: 0 });
  expect((await get('/ferries?sort=id')).data).toEqual(before);
});

test('records of an object of the company are created, matched by a unique field, and refer both ways', async () => {
  await made('/custom-objects', { name: 'truck', plural: 'trucks', label: 'Truck', pluralLabel: 'Trucks' });
  await made('/custom-fields', {
    object: 'truck',
    name: 'plate',
    label: 'Plate',
    type: 'text',
    unique: true,
  });
  await made('/custom-fields', {
    object: 'truck',
    name: 'haulier',
    label: 'Haulier',
    type: 'reference',
    references: 'account',
  });
  await made('/custom-fields', {
    object: 'account',
    name: 'mainTruck',
    label: 'Main truck',
    type: 'reference',
    references: 'truck',
  });
  await run('name\nAcme\n', { object: 'account', mode: 'create', mapping: { name: 'name' } });
  const options = {
    object: 'truck',
    mode: 'upsert',
    matchBy: ['custom.plate'],
    mapping: { name: 'name', plate: 'custom.plate', haulier: 'custom.haulier' },
  };
  const first = await run('name,plate,haulier\nBig,ZH-1,Acme\nSmall,ZH-2,\nLost,ZH-3,Nobody\n', options);
  expect(first.counts).toMatchObject({ created: 2, failed: 1 });

  const again = 'name,plate,haulier\nBigger,zh-1,\nThird,ZH-4,Acme\n';
  const shown = await preview(again, options);
  expect((await get(`/imports/${shown.id}/rows`)).data[0]).toMatchObject({
    status: 'updated',
    record: { name: 'Big' },
    changes: expect.arrayContaining([{ field: 'name', before: 'Big', after: 'Bigger' }]),
  });
  const second = await run(again, { ...options, previewId: shown.id });
  expect(second.counts).toMatchObject({ created: 1, updated: 1, failed: 0 });
  const trucks = (await get('/trucks?sort=name')).data;
  expect(trucks.map((r: any) => [r.name, r.custom.haulier?.name ?? null])).toEqual([
    ['Bigger', 'Acme'],
    ['Small', null],
    ['Third', 'Acme'],
  ]);

  const back = await run('name,truck\nAcme,ZH-2\n', {
    object: 'account',
    mode: 'update',
    matchBy: ['name'],
    mapping: { name: 'name', truck: 'custom.mainTruck' },
    references: { truck: { by: 'custom.plate' } },
  });
  expect(back.counts).toMatchObject({ updated: 1, failed: 0 });
  expect((await get('/accounts')).data[0].custom.mainTruck.name).toBe('Small');
});
