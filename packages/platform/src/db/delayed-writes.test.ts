import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLogger } from '../observability/logger.js';
import { DelayedWrites } from './delayed-writes.js';

const delayed = () => new DelayedWrites(createLogger({ level: 'silent' }));

test('collected writes are written once, after the delay and not before', async () => {
  let writes = 0;
  const one = delayed().add('test', 20, async () => void writes++);
  one.due();
  one.due();
  expect(writes).toBe(0);
  await expect.poll(() => writes).toBe(1);
  await delay(60);
  expect(writes).toBe(1);
});

test('writes never overlap, and a flush waits for the running write and its own', async () => {
  const steps: string[] = [];
  let n = 0;
  const all = delayed();
  all.add('test', 10_000, async () => {
    const own = ++n;
    steps.push(`begin ${own}`);
    await delay(10);
    steps.push(`end ${own}`);
  });
  await Promise.all([all.flush(), all.flush()]);
  expect(steps).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
});

test('a write that fails is called again after the delay', async () => {
  let calls = 0;
  const one = delayed().add('test', 10, async () => {
    calls++;
    if (calls === 1) throw new Error('no connection');
  });
  await one.flush();
  expect(calls).toBe(1);
  await expect.poll(() => calls).toBe(2);
});
