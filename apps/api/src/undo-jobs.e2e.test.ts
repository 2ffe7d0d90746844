/** Large changes that are paused in the middle of a batch, and undone although the worker is killed: each record exactly once. */
import { eventually, holdWrites } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerStage } from './testing/worker-stage.js';

const RECORDS = 1_500;

let stage: WorkerStage;
/** Of the bulk change. */
let changed: string;

beforeAll(async () => {
  stage = await WorkerStage.open();
  for (let from = 0; from < RECORDS; from += 500) {
    const rows = Array.from({ length: 500 }, (_, n) => ({ name: `A${from + n}`, city: 'Zug' }));
    await call('POST', '/accounts/bulk', { action: 'create', rows });
  }
});
afterAll(async () => {
  await stage?.close();
});

const call: WorkerStage['call'] = (...request) => stage.call(...request);
const countOf = async (condition: string) =>
  Number((await stage.owner.query(`select count(*) as n from account where ${condition}`)).rows[0].n);
const ended = (id: string) =>
  eventually(async () => {
    const { body } = await call('GET', `/bulk-jobs/${id}`);
    return ['completed', 'failed'].includes(body.status) ? body : null;
  });

test('a job that is paused in the middle of a batch finishes the batch, and goes on with the next one', async () => {
  const blocker = new pg.Client({ connectionString: stage.database.ownerUrl });
  await blocker.connect();
  await blocker.query('begin');
  // Within the second batch. Rows that an offset skips would be locked too.
  await blocker.query(
    'select 1 from account where id = (select id from account order by id offset 700 limit 1) for update',
  );
  const { body } = await call('POST', '/accounts/bulk', {
    action: 'update',
    all: true,
    changes: { city: 'Bern' },
  });
  changed = body.id;
  stage.startWorker();
  const waiting = async () =>
    (await stage.owner.query(`select 1 from pg_locks where locktype = 'transactionid' and not granted`))
      .rowCount!;
  await eventually(async () => {
    const { counts } = (await call('GET', `/bulk-jobs/${changed}`)).body;
    return counts.updated === 500 && (await waiting()) > 0;
  });
  const pausing = call('POST', `/bulk-jobs/${changed}/pause`);
  // It waits for the batch, which waits for the blocker. Before that, the job could end first.
  await eventually(async () => (await waiting()) > 1);
  await blocker.query('commit');
  await blocker.end();
  expect((await pausing).body.status).toBe('paused');
  await eventually(
    async () =>
      (await stage.owner.query(`select 1 from job where state not in ('done', 'dead')`)).rowCount === 0,
  );
  expect(await countOf(`city = 'Bern'`)).toBe(1000);
  expect((await call('GET', `/bulk-jobs/${changed}`)).body).toMatchObject({
    status: 'paused',
    counts: { updated: 1000 },
  });
  await call('POST', `/bulk-jobs/${changed}/resume`);
  expect(await ended(changed)).toMatchObject({ status: 'completed', counts: { updated: RECORDS } });
  expect(await countOf(`city = 'Bern' and version = 2`)).toBe(RECORDS);
});

test('an undo whose worker is killed in the middle of a batch is finished by another one', async () => {
  await stage.lastWorker.stop();
  const { status, body } = await call('POST', '/undo', { cause: { kind: 'bulk', id: changed } });
  expect([status, body.total]).toEqual([202, RECORDS]);
  const held = await holdWrites(stage.database, 'account', 700);
  const first = stage.startWorker();
  await held.reached();
  await first.kill();
  await held.release();
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  stage.startWorker();
  expect(await ended(body.id)).toMatchObject({
    status: 'completed',
    total: RECORDS,
    counts: { changed: RECORDS },
  });
  expect(await countOf(`city = 'Zug' and version = 3`)).toBe(RECORDS);
  const events = await stage.owner.query(
    `select count(*)::int as n, count(distinct record_id)::int as records from record_event where cause_kind = 'undo' and cause_id = $1`,
    [body.id],
  );
  expect(events.rows).toEqual([{ n: RECORDS, records: RECORDS }]);
});
