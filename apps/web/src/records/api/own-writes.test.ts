import { expect, test } from 'vitest';
import { afterOwnWrites } from './own-writes';

/** A record that is written at a version, as the API does it; `others` write right before. */
function record(version: number) {
  const based: number[] = [];
  return {
    based,
    write:
      (others = 0) =>
      async (from: number) => {
        based.push(from);
        await Promise.resolve();
        version += others + 1;
        return { version };
      },
  };
}

test('a change made while another is being written waits for it and is based on it', async () => {
  const { based, write } = record(3);
  const first = afterOwnWrites('a', 3, write());
  const second = afterOwnWrites('a', 3, write());
  expect(await Promise.all([first, second])).toEqual([{ version: 4 }, { version: 5 }]);
  expect(based).toEqual([3, 4]);
});

test('a change of a version that own writes have replaced is based on what they made of it', async () => {
  const { based, write } = record(1);
  await afterOwnWrites('b', 1, write());
  await afterOwnWrites('b', 2, write());
  await afterOwnWrites('b', 1, write());
  expect(based).toEqual([1, 2, 3]);
});

test('what others wrote meanwhile is not skipped, so that the API can compare it', async () => {
  const { based, write } = record(1);
  await afterOwnWrites('c', 1, write(1));
  await afterOwnWrites('c', 1, write());
  expect(based).toEqual([1, 1]);
});

test('a write that failed does not stop the next one, and other records do not wait', async () => {
  const { based, write } = record(1);
  const failed = afterOwnWrites('d', 1, () => Promise.reject(new Error('no connection')));
  const next = afterOwnWrites('d', 1, write());
  await expect(failed).rejects.toThrow('no connection');
  await next;
  await afterOwnWrites('e', 1, write());
  expect(based).toEqual([1, 1]);
});
