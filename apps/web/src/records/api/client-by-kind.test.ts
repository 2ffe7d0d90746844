/** The functions by kind send what the API document describes, and their types follow the object's path. */
import { readFileSync } from 'node:fs';
import * as api from '@pellucid/api-client';
import { afterAll, expect, expectTypeOf, test } from 'vitest';

interface Operation {
  'x-object'?: string;
  'x-operation'?: string;
  requestBody?: unknown;
}

const document = JSON.parse(
  readFileSync(new URL('../../../../../docs/api/openapi.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Record<string, Operation>> };

const ID = '01890000-0000-7000-8000-000000000000';

/** One call of every kind. */
const CALLS: Record<string, () => Promise<unknown>> = {
  list: () => api.listRecords('/accounts', { query: { limit: 1 } }),
  query: () => api.queryRecords('/accounts', { limit: 1 }),
  get: () => api.getRecord('/accounts', ID),
  aggregate: () => api.aggregateRecords('/accounts', {}),
  create: () => api.createRecord('/accounts', { name: 'Acme' }),
  update: () => api.updateRecord('/accounts', ID, { name: 'Acme' }, { headers: { 'If-Match': '"1"' } }),
  delete: () => api.deleteRecord('/accounts', ID, { query: { referrers: 'unlink' } }),
  restore: () => api.restoreRecord('/accounts', ID),
  bulk: () => api.bulkRecords('/accounts', { action: 'delete', ids: [ID] }),
  previewBulk: () => api.previewBulkRecords('/accounts', { action: 'delete', ids: [ID] }),
  previewDeletion: () => api.previewDeletionOfRecords('/accounts', { ids: [ID] }),
  merge: () => api.mergeRecords('/accounts', { into: ID, records: [{ id: ID }] }),
  previewMerge: () => api.previewMergeOfRecords('/accounts', { into: ID, records: [{ id: ID }] }),
  history: () => api.historyRecord('/accounts', ID),
  timeline: () => api.timelineRecord('/accounts', ID),
  asOf: () => api.asOfRecord('/accounts', ID, { query: { version: 1 } }),
  restoreVersion: () => api.restoreVersionRecord('/accounts', ID, { version: 1 }),
  reveal: () => api.revealRecord('/accounts', ID, { field: 'name', reason: 'For this test' }),
};

const usual = api.client.getConfig();
afterAll(() => api.client.setConfig(usual));

/** What a call sends: method, path and whether it has a JSON body. */
async function sentBy(call: () => Promise<unknown>) {
  let sent: Request | undefined;
  api.client.setConfig({
    baseUrl: 'http://localhost',
    fetch: async (input) => {
      sent = input as Request;
      return Response.json({});
    },
  });
  await call();
  const body = await sent!.text();
  if (body) expect(sent!.headers.get('content-type')).toBe('application/json');
  return { method: sent!.method, path: new URL(sent!.url).pathname, hasBody: body !== '' };
}

const described = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, operation]) => operation['x-object'] === 'account')
    .map(([method, operation]) => ({ path, method, operation })),
);

test('every kind of operation has a function', () => {
  expect(Object.keys(CALLS).sort()).toEqual(
    described.map(({ operation }) => operation['x-operation']).sort(),
  );
});

test.each(described)('$method $path', async ({ path, method, operation }) => {
  expect(await sentBy(CALLS[operation['x-operation']!]!)).toEqual({
    method: method.toUpperCase(),
    path: path.replace('{id}', ID),
    hasBody: operation.requestBody !== undefined,
  });
});

test('types follow the path, and a path that is known only at run time gives any record', () => {
  expectTypeOf(api.getRecord<'/opportunities'>).returns.resolves.toEqualTypeOf<api.Opportunity>();
  expectTypeOf(api.listRecords<'/legal-entities'>)
    .returns.resolves.toHaveProperty('data')
    .toEqualTypeOf<api.LegalEntity[]>();
  expectTypeOf(api.createRecord<'/tags'>)
    .parameter(1)
    .toEqualTypeOf<api.TagCreate>();
  expectTypeOf(api.updateRecord<'/tags'>)
    .parameter(2)
    .toEqualTypeOf<api.TagUpdate>();
  expectTypeOf(api.getRecord<string>).returns.resolves.toEqualTypeOf<api.AnyRecord>();
  expectTypeOf<api.ObjectMap['opportunity']['record']>().toEqualTypeOf<api.Opportunity>();
});
