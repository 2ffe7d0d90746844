import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiProblem } from '@/lib/api-problem';
import { recordKeys } from '../api/record-keys';
import { applyChanges } from './apply-changes';
import { ageOf, watchesOf } from './shown-records';

const OBJECTS = [
  { key: 'account', path: '/accounts' },
  { key: 'contact', path: '/contacts' },
];

let client: QueryClient;
let ends: (() => void)[];
beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });
  ends = [];
});
afterEach(() => {
  for (const end of ends) end();
  client.clear();
});

/** Shows a query on the page. Out: how often it has been fetched. */
async function show(queryKey: readonly unknown[], answer: () => unknown): Promise<() => number> {
  let count = 0;
  const queryFn = async () => {
    count += 1;
    return answer();
  };
  ends.push(new QueryObserver(client, { queryKey, queryFn }).subscribe(() => {}));
  await client.ensureQueryData({ queryKey, queryFn });
  return () => count;
}
const list = (path: string) => recordKeys.list(path, {});
const page = (...records: { id: string; version: number }[]) => ({ data: records });
const changed = (object: string, ...records: { id: string; version: number }[]) => [
  { object, changed: records, gone: [] },
];

test('the page watches the objects of its lists and totals, and the records of its record pages', async () => {
  await show(list('/accounts'), () => page());
  await show(recordKeys.record('/contacts', 'c1'), () => ({ id: 'c1', version: 1 }));
  await show(recordKeys.record('/contacts', 'c2'), () => ({ id: 'c2', version: 1 }));
  await client.prefetchQuery({ queryKey: list('/contacts'), queryFn: () => page() });
  expect(watchesOf(client.getQueryCache().getAll(), OBJECTS)).toEqual([
    { object: 'account', records: 'all' },
    { object: 'contact', records: ['c1', 'c2'] },
  ]);
  await show(['totals', 'aggregate', '/contacts', {}], () => ({}));
  expect(watchesOf(client.getQueryCache().getAll(), OBJECTS)[1]).toEqual({
    object: 'contact',
    records: 'all',
  });
});

test('the age is that of the oldest data, or of the connection that kept them up to date', async () => {
  await show(list('/accounts'), () => page());
  const queries = client.getQueryCache().getAll();
  const { dataUpdatedAt } = queries[0]!.state;
  expect(ageOf(queries, 0, dataUpdatedAt + 5_000)).toBe(5_000);
  expect(ageOf(queries, dataUpdatedAt + 4_000, dataUpdatedAt + 5_000)).toBe(1_000);
  expect(ageOf([], 0)).toBe(0);
});

test('lists of the object and the changed record are fetched again, nothing else', async () => {
  const lists = await show(list('/accounts'), () => page({ id: 'a1', version: 1 }));
  const record = await show(recordKeys.record('/accounts', 'a1'), () => ({ id: 'a1', version: 2 }));
  const other = await show(recordKeys.record('/accounts', 'a2'), () => ({ id: 'a2', version: 1 }));
  const contacts = await show(list('/contacts'), () => page());
  await applyChanges(client, OBJECTS, changed('account', { id: 'a1', version: 2 }));
  expect([lists(), record(), other(), contacts()]).toEqual([2, 2, 1, 1]);
});

test('lines that are older than their record are fetched again', async () => {
  const lines = await show(recordKeys.lines('/accounts', 'a1'), () => ({
    data: [],
    version: 1,
  }));
  await show(recordKeys.record('/accounts', 'a1'), () => ({ id: 'a1', version: 2 }));
  await applyChanges(client, OBJECTS, changed('account', { id: 'a1', version: 2 }));
  expect(lines()).toBe(2);
});

test('what the page shows in that version already is not fetched again', async () => {
  const lists = await show(list('/accounts'), () => page({ id: 'a1', version: 3 }));
  await applyChanges(client, OBJECTS, changed('account', { id: 'a1', version: 3 }));
  expect(lists()).toBe(1);
  // A record that isn't shown may have to appear.
  await applyChanges(client, OBJECTS, changed('account', { id: 'a9', version: 1 }));
  expect(lists()).toBe(2);
});

test('everything of an object is fetched again when too much changed', async () => {
  const lists = await show(list('/accounts'), () => page());
  const record = await show(recordKeys.record('/accounts', 'a1'), () => ({ id: 'a1', version: 1 }));
  await applyChanges(client, OBJECTS, [{ object: 'account', all: true }]);
  expect([lists(), record()]).toEqual([2, 2]);
});

test('a record that can no longer be seen leaves the page', async () => {
  let isGone = false;
  const key = recordKeys.record('/accounts', 'a1');
  await show(key, () => {
    if (isGone) throw new ApiProblem(404, {});
    return { id: 'a1', version: 1 };
  });
  isGone = true;
  await applyChanges(client, OBJECTS, [{ object: 'account', changed: [], gone: ['a1'] }]);
  expect(client.getQueryData(key)).toBeUndefined();
});
