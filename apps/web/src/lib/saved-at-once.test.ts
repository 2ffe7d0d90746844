import { beforeEach, expect, test } from 'vitest';
import { queryClient } from './query-client';
import { savedAtOnce } from './saved-at-once';

interface Choices {
  a: boolean;
  b: boolean;
}
const KEY = ['choices'];
const shown = () => queryClient.getQueryData<Choices>(KEY);
const isStale = () => queryClient.getQueryState(KEY)!.isInvalidated;
/** A change whose saving ends when the test says so. */
function change(wish: Partial<Choices>) {
  const saving = Promise.withResolvers<Choices>();
  const done = savedAtOnce<Choices>(
    KEY,
    (now) => ({ ...now, ...wish }),
    () => saving.promise,
  );
  return { done, ...saving };
}

beforeEach(() => queryClient.setQueryData(KEY, { a: false, b: false }));

test('a change shows while it is being saved, and then what was saved', async () => {
  const first = change({ a: true });
  await expect.poll(shown).toEqual({ a: true, b: false });
  first.resolve({ a: true, b: true });
  await first.done;
  expect([shown(), isStale()]).toEqual([{ a: true, b: true }, false]);
});

test('two changes at a time both show, and the data is loaded again after the last', async () => {
  const [first, second] = [change({ a: true }), change({ b: true })];
  await expect.poll(shown).toEqual({ a: true, b: true });
  // The first was answered after the second had been saved, or before: the answer does not tell.
  first.resolve({ a: true, b: false });
  await first.done;
  expect([shown(), isStale()]).toEqual([{ a: true, b: true }, false]);
  second.resolve({ a: false, b: true });
  await second.done;
  expect([shown(), isStale()]).toEqual([{ a: true, b: true }, true]);
});

test('what could not be saved is loaded again, and said', async () => {
  const failing = change({ a: true });
  failing.reject(new Error('offline'));
  await expect(failing.done).rejects.toThrow('offline');
  expect(isStale()).toBe(true);
});
