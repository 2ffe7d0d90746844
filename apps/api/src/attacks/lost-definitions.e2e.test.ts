import { eventually, testDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, testApi, type TestApi, type TestCompany } from '../testing/api-process.js';
import { multipart } from '../testing/seeded-world.js';
import { workerBeside } from '../testing/worker-in-process.js';

/* What jobs work with is deleted or changed between the request and the work. No worker runs until all of that is done. */

/** More than a request does itself. */
const MANY = 501;

let api: TestApi;
let company: TestCompany;
let worker: Awaited<ReturnType<typeof workerBeside>>;
/** Ids of what was started, by what it is. */
const jobs: Record<string, string> = {};

const call = (method: string, path: string, body?: unknown, headers = {}): Promise<any> =>
  api.call(method, path, { token: company.token, headers, ...(body === undefined ? {} : { body }) });
const must = async (method: string, path: string, body?: unknown, headers = {}) => {
  const answer = await call(method, path, body, headers);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer;
};
const ended = (path: string) =>
  eventually(async () => {
    const { body } = await call('GET', path);
    return ['completed', 'failed'].includes(body.status) ? body : null;
  });
const job = (name: string) => ended(`/bulk-jobs/${jobs[name]}`);
const failure = async (name: string) =>
  (await call('GET', `/bulk-jobs/${jobs[name]}/results?limit=1`)).body.data[0].errors[0];
const start = async (name: string, path: string, body: unknown, headers = {}) => {
  jobs[name] = (await must('POST', path, body, headers)).body.id;
};
const startImport = (name: string, object: string, mapping: object) => {
  const options = JSON.stringify({ object, mode: 'create', mapping });
  const { body, headers } = multipart({ options }, 'rows.csv', 'Name,Color\nFrom a file,red\n');
  return start(name, '/imports', body, headers);
};
const rows = (name: string, custom = {}) =>
  Array.from({ length: MANY }, (_, n) => ({ name: `${name} ${n}`, custom }));
const fill = async (path: string, of: object[]) => {
  for (const part of [of.slice(0, 500), of.slice(500)])
    await must('POST', `${path}/bulk`, { action: 'create', rows: part });
};

beforeAll(async () => {
  api = await testApi(await testDatabase());
  company = await registerCompany(api);
  const boat = { name: 'boat', plural: 'boats', label: 'Boat', pluralLabel: 'Boats' };
  const { id: object } = (await must('POST', '/custom-objects', boat)).body;
  const field = async (name: string) =>
    (await must('POST', '/custom-fields', { object: 'account', name, label: name, type: 'text' })).body.id;
  const [color, size] = [await field('color'), await field('size')];
  await fill('/boats', rows('Boat'));
  await fill('/accounts', rows('Account', { color: 'red', size: '1' }));
  const red = { field: 'custom.color', op: 'eq', value: 'red' };
  const view = { object: 'account', name: 'Towns', kind: 'list' };
  const named = { field: 'name', op: 'startswith', value: 'Account' };
  const { id: towns } = (await must('POST', '/views', { ...view, content: { filter: named } })).body;
  const { id: team } = (await must('POST', '/teams', { name: 'Crew' })).body;

  const change = { action: 'update', changes: { name: 'Changed' } };
  await start('update of the object', '/boats/bulk', { ...change, all: true });
  await start('deletion of the object', '/boats/bulk', { action: 'delete', all: true });
  const share = { grantee: { kind: 'team', id: team }, access: 'read' };
  await start('share of the object', '/boats/bulk', { action: 'share', all: true, share });
  await start('export of the object', '/exports', { object: 'boat', format: 'csv' });
  await startImport('import of the object', 'boat', { Name: 'name' });
  const town = (city: string) => ({ action: 'update', changes: { city } });
  await start('filter by the field', '/accounts/bulk', { ...town('Bern'), filter: red });
  await start('value of the field', '/accounts/bulk', {
    ...change,
    all: true,
    changes: { custom: { color: 'x' } },
  });
  await start('view', '/accounts/bulk', { ...town('Zug'), view: towns });
  await start('export of the field', '/exports', {
    object: 'account',
    format: 'csv',
    fields: ['name', 'custom.color'],
    filter: red,
  });
  await startImport('import of the field', 'account', { Name: 'name', Color: 'custom.color' });

  await must('DELETE', `/custom-objects/${object}?records=delete`);
  await must('DELETE', `/custom-fields/${color}`);
  const nothing = { field: 'name', op: 'eq', value: 'nobody' };
  await must('PATCH', `/views/${towns}`, { content: { filter: nothing } });
  await must('POST', `/custom-fields/${size}/type`, { type: 'number' });
  jobs['object'] = object;
  worker = await workerBeside(api);
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
});

test('a deleted object is not worked on, and comes back as it was', async () => {
  const gone = expect.stringContaining('"boat" was not found');
  for (const name of ['update', 'deletion', 'share'])
    expect(await job(`${name} of the object`)).toMatchObject({ status: 'failed', error: gone, counts: {} });
  const file = await ended(`/exports/${jobs['export of the object']}`);
  expect(file).toMatchObject({ status: 'failed', error: gone, downloadUrl: null });
  const imported = await ended(`/imports/${jobs['import of the object']}`);
  expect(imported).toMatchObject({ status: 'failed', error: gone, counts: { created: 0 } });
  await must('POST', `/custom-objects/${jobs['object']}/restore`);
  const count = async (which: object) =>
    (await must('POST', '/boats/bulk/preview', { action: 'delete', ...which })).body.total;
  expect(await count({ all: true })).toBe(MANY);
  expect(await count({ filter: { field: 'name', op: 'startswith', value: 'Boat' } })).toBe(MANY);
});

test('a deleted field is named where the work needs it', async () => {
  expect(await job('filter by the field')).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('custom.color'),
    counts: {},
  });
  expect(await job('value of the field')).toMatchObject({ status: 'completed', counts: { failed: MANY } });
  expect(await failure('value of the field')).toMatchObject({
    code: 'unknownField',
    pointer: '/custom/color',
  });
  const imported = await ended(`/imports/${jobs['import of the field']}`);
  expect(imported).toMatchObject({ status: 'failed', error: expect.stringContaining('custom.color') });
});

test('an export leaves the column of a deleted field empty', async () => {
  const file = await ended(`/exports/${jobs['export of the field']}`);
  expect(file).toMatchObject({ status: 'completed', records: MANY });
  const { body } = await call('GET', file.downloadUrl);
  const [header, first] = body.replace('\ufeff', '').split('\r\n');
  expect(header).toBe('Name,color');
  expect(first).toMatch(/^Account \d+,$/);
});

test('a job does what was asked for, whatever its view says by now', async () => {
  expect(await job('view')).toMatchObject({ status: 'completed', counts: { updated: MANY } });
});
