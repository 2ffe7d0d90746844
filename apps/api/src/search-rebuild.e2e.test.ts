import { eventually, holdWrites } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerStage } from './testing/worker-stage.js';

const RECORDS = 1_200;

let stage: WorkerStage;

beforeAll(async () => {
  stage = await WorkerStage.open();
});
afterAll(async () => {
  await stage?.close();
});

const call: WorkerStage['call'] = (...request) => stage.call(...request);

/** Returns how many documents of accounts there are, and of how many accounts. */
async function documents(): Promise<{ documents: number; records: number }> {
  const { rows } = await stage.owner.query(
    `select count(*)::int as documents, count(distinct record_id)::int as records from search_document where object = 'account'`,
  );
  return rows[0];
}

test('a rebuild whose worker is killed goes on where it was; people search meanwhile, and each record is indexed once', async () => {
  const first = stage.startWorker();
  const rows = Array.from({ length: RECORDS }, (_, n) => ({ name: `Platypus ${n}` }));
  await stage.completed((await call('POST', '/accounts/bulk', { action: 'create', rows })).body.id);
  await eventually(async () => (await documents()).documents === RECORDS || undefined);
  const { rows: unreadied } = await stage.owner.query('select from search_class where not is_ready');
  expect(unreadied).toEqual([]);

  const held = await holdWrites(stage.database, 'search_document', 700);
  const { body: job } = await call('POST', '/search/rebuild');
  await held.reached();
  await first.kill();
  await held.release();
  const { rows: killed } = await stage.owner.query(
    `select cursor, state from job where name = 'search.rebuild' and state = 'running'`,
  );
  expect(killed).toMatchObject([
    { cursor: { objects: expect.arrayContaining(['account']), after: expect.any(String) } },
  ]);
  const found = await call('GET', '/search?q=platypus%207&limit=1');
  expect(found.body.data[0].title).toBe('Platypus 7');

  // Another worker would wait until the dead worker's lease runs out. The test doesn't wait.
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  stage.startWorker();
  const done = await stage.completed(job.id);
  expect(done.counts.indexed).toBe(done.total);
  expect(await documents()).toEqual({ documents: RECORDS, records: RECORDS });
});
