/** Exports of more than one part, by workers of their own that are killed. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, holdWrites } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerStage } from './testing/worker-stage.js';

const RECORDS = 12_000;

let stage: WorkerStage;

beforeAll(async () => {
  stage = await WorkerStage.open();
  await stage.owner.query(
    `insert into account (tenant_id, id, display_name, display_norm, search_norm, version, created_at, created_by_kind,
       updated_at, updated_by_kind, owner_id, name, name_norm)
     select $1, gen_random_uuid(), 'A' || n, 'a' || n, 'a' || n, 1, now(), 'system', now(), 'system', $2, 'A' || n, 'a' || n
       from generate_series(1, ${RECORDS}) n`,
    [stage.company.tenantId, stage.company.memberId],
  );
});
afterAll(async () => {
  await stage?.close();
});

test('each record is written once although the worker is killed in between, and nothing is forgotten', async () => {
  const request = { object: 'account', format: 'csv', fields: ['name'], sort: 'name', bom: false };
  const { body: started } = await stage.api.call('POST', '/exports', {
    token: stage.company.token,
    body: request,
  });
  expect(started.total).toBe(RECORDS);
  // It is killed when the second part is stored but not yet a part of the file.
  const held = await holdWrites(stage.database, 'export_part', 3);
  const first = stage.startWorker();
  await held.reached();
  await first.kill();
  await held.release();
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  stage.startWorker();
  const done = await eventually(async () => {
    const { body } = await stage.api.call('GET', `/exports/${started.id}`, { token: stage.company.token });
    return ['completed', 'failed'].includes(body.status) ? body : null;
  });
  expect(done, done.error).toMatchObject({
    status: 'completed',
    records: RECORDS,
    leftOut: 0,
    rows: RECORDS,
  });

  const whole = (await stage.api.call('GET', done.downloadUrl)).body as string;
  const names = whole.split('\r\n').slice(1, -1);
  const expected = Array.from({ length: RECORDS }, (_, n) => `A${n + 1}`).sort();
  expect(names).toEqual(expected);
  const { rows } = await stage.owner.query<{ number: number | null; size: number }>(
    'select number, size from export_part order by number nulls last',
  );
  expect(rows.map(({ number }) => number)).toEqual([0, 1, 2, null]);
  // A range that crosses the border of two parts.
  const border = rows[0]!.size;
  const range = `bytes=${border - 4}-${border + 3}`;
  const part = await stage.api.call('GET', done.downloadUrl, { headers: { range } });
  expect([part.status, part.body]).toEqual([206, whole.slice(border - 4, border + 4)]);
  // What the killed worker stored has a row, so that it can be removed.
  const stored = await readdir(join(stage.api.config.PELLUCID_DATA_DIR, 'files', stage.company.tenantId));
  const { rows: known } = await stage.owner.query<{ id: string }>('select id from export_part');
  expect(stored.filter((id) => !known.some((one) => one.id === id))).toEqual([]);
  expect((await stage.owner.query('select 1 from export_selection')).rowCount).toBe(0);
});

test('a file whose content was changed is not handed out as complete', async () => {
  const { body: started } = await stage.api.call('POST', '/exports', {
    token: stage.company.token,
    body: { object: 'account', format: 'jsonl', fields: ['name'] },
  });
  await stage.owner.query(
    `create function lose_row() returns trigger language plpgsql as $$ begin new.rows := new.rows - 1; return new; end $$;
     create trigger lose_row before update on export_part for each row when (new.number = 1) execute function lose_row()`,
  );
  const failed = await eventually(async () => {
    const { body } = await stage.api.call('GET', `/exports/${started.id}`, { token: stage.company.token });
    return ['completed', 'failed'].includes(body.status) ? body : null;
  });
  expect(failed).toMatchObject({ status: 'failed', downloadUrl: null });
  expect(failed.error).toContain('did not pass the check of its rows');
});
