import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantPool } from '../../db/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { causeHistories, causesTouching } from './cause-log.js';

/* A cause that has just changed 20,000 records, of which the planner's statistics know nothing. */

const RECORDS = 20_000;

let engine: EngineApp;
let tenant: EngineTenant;
const cause = { kind: 'import', id: randomUUID() };
let ids: string[];

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  const { rows } = await engine.admin.query(
    `insert into record_event (tenant_id, id, object, record_id, verb, descriptor_version, record_version, changes, actor_kind,
       cause_kind, cause_id, correlation_id, at)
     select $1, gen_random_uuid(), 'account', gen_random_uuid(), 'created', 1, 1, '{}', 'system', $2, $3, 'c', now()
       from generate_series(1, ${RECORDS}) returning record_id`,
    [tenant.id, cause.kind, cause.id],
  );
  ids = rows.slice(0, 100).map((row) => row.record_id);
});
afterAll(() => engine?.close());

test.each([
  ['histories', causeHistories],
  ['records of a cause', causesTouching],
])('%s are found from the records, not from all that the cause has done', async (_, statement) => {
  const { text, values } = await engine.as(tenant, async () => statement({ cause }, 'all', 'account', ids));
  const pool = engine.app.get(TenantPool);
  const [found, explained] = await engine.as(tenant, () =>
    pool.read([
      { text, values: values ?? [] },
      { text: `explain (analyze, format json) ${text}`, values: values ?? [] },
    ]),
  );
  expect(found!.rows).toHaveLength(ids.length);
  const plan = JSON.stringify(explained!.rows[0]['QUERY PLAN']);
  const read = [
    ...plan.matchAll(/"(?:Actual Rows|Rows Removed by (?:Filter|Index Recheck|Join Filter))":([\d.]+)/g),
  ];
  expect(Math.max(...read.map(([, rows]) => Number(rows)))).toBeLessThanOrEqual(ids.length);
});
