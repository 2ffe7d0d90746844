import { eventually, holdWrites } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerStage } from './testing/worker-stage.js';

/* A search for duplicates in existing data, killed while it works. */

let stage: WorkerStage;

beforeAll(async () => {
  stage = await WorkerStage.open();
});
afterAll(async () => {
  await stage?.close();
});

const call: WorkerStage['call'] = (...request) => stage.call(...request);

test('compares each record once and finds each pair, although the worker is killed in between', async () => {
  // Every second one of 1,200 accounts has the city of the one before, and no rule knows it yet.
  for (let n = 0; n < 1_200; n += 400) {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      name: `Account ${n + i}`,
      city: `City ${Math.floor((n + i) / 2)}`,
    }));
    const { body } = await call('POST', '/accounts/bulk', { action: 'create', rows });
    expect(body.counts).toMatchObject({ created: 400 });
  }
  const rule = await call('POST', '/duplicate-rules', {
    name: 'Same city',
    objects: ['account'],
    conditions: [{ method: 'normalised', fields: { account: ['city'] } }],
  });
  expect(rule.body).toMatchObject({ isReady: false });
  const before = await stage.count('match_key');
  const started = await call('POST', '/duplicates/find');
  expect(started.status).toBe(202);
  expect((await call('POST', '/duplicates/find')).body.code).toBe('searchRunning');

  const held = await holdWrites(stage.database, 'match_key', 700);
  const first = stage.startWorker();
  await held.reached();
  await first.kill();
  await held.release();
  expect(await stage.count('match_key')).toBe(before + 500);
  // Another worker would wait until the dead worker's lease runs out. The test doesn't wait.
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  stage.startWorker();

  const job = await eventually(async () => {
    const { body } = await call('GET', `/bulk-jobs/${started.body.id}`);
    return ['completed', 'failed', 'cancelled'].includes(body.status) ? body : null;
  });
  expect(job).toMatchObject({ status: 'completed', total: 1_200, counts: { compared: 1_200 } });
  expect(await stage.count('match_key')).toBe(before + 1_200);
  expect(await stage.count('duplicate_pair')).toBe(600);
  expect(await stage.count('duplicate_pair_rule where scores = array[100]::smallint[]')).toBe(600);
  expect((await call('GET', `/duplicate-rules/${rule.body.id}`)).body.isReady).toBe(true);
});
