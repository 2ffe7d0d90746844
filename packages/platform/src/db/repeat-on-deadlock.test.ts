import { expect, test } from 'vitest';
import { repeatOnDeadlock } from './repeat-on-deadlock.js';

/** A transaction that fails a number of times. */
function failing(times: number, code: string) {
  let attempts = 0;
  return async () => {
    if (attempts++ < times) throw Object.assign(new Error('failed'), { code });
    return attempts;
  };
}
const noting = () => {
  const pauses: number[] = [];
  return { pauses, pause: async (failures: number) => void pauses.push(failures) };
};

test.each(['40P01', '40001'])('%s: pauses before each repeat, and longer each time', async (code) => {
  const { pauses, pause } = noting();
  expect(await repeatOnDeadlock(failing(3, code), 5, pause)).toBe(4);
  expect(pauses).toEqual([1, 2, 3]);
});

test('gives up after the last attempt without another pause', async () => {
  const { pauses, pause } = noting();
  await expect(repeatOnDeadlock(failing(9, '40P01'), 3, pause)).rejects.toMatchObject({ code: '40P01' });
  expect(pauses).toEqual([1, 2]);
});

test('repeats nothing else', async () => {
  const { pauses, pause } = noting();
  await expect(repeatOnDeadlock(failing(1, '23505'), 5, pause)).rejects.toMatchObject({ code: '23505' });
  expect(pauses).toEqual([]);
});

test('by itself pauses and succeeds', async () => {
  expect(await repeatOnDeadlock(failing(2, '40P01'))).toBe(3);
});
