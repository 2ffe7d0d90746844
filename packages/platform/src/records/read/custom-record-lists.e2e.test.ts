import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantPool } from '../../db/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { pageStatement } from './list-statements.js';
import { RecordReader } from './record-reader.js';

/* 20,000 records of two objects that a company made. Plans are those of the app's own role, under row security. */

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  for (const name of ['vehicle', 'trailer'])
    await engine.defineObject(tenant, { name, plural: `${name}s`, label: name });
  await engine.admin.query(
    `insert into custom_record (tenant_id, id, object_number, name, name_norm, display_name, display_norm, search_norm, created_at, created_by_kind, updated_at, updated_by_kind)
     select $1, gen_random_uuid(), o.number, 'R ' || n, 'r ' || n, 'R ' || n, 'r ' || n, 'r ' || n, now(), 'system', now(), 'system'
       from custom_object o, generate_series(1, 10000) n where o.tenant_id = $1`,
    [tenant.id],
  );
  await engine.admin.query('analyze custom_record');
});
afterAll(() => engine?.close());

test('a list in the order of names reads the index, and no more rows than it shows', async () => {
  const reads = engine.app.get(RecordReader);
  const pool = engine.app.get(TenantPool);
  const plan = await engine.as(tenant, async () => {
    const context = await reads.contextFor('vehicle');
    const access = context.access.decide('vehicle', 'read', context.snapshot);
    const plan = reads.readPlan(context);
    const asked = { context, plan, access, filter: undefined, q: undefined, sort: 'name' };
    const page = pageStatement({ ...asked, deleted: false }, 'all', 51, undefined);
    const [explained] = await pool.read([
      { text: `explain (analyze, costs off) ${page.text}`, values: page.values ?? [] },
    ]);
    return explained!.rows.map((row: any) => Object.values(row)[0]).join('\n');
  });
  expect(plan).toContain('Index Scan using custom_record_tenant_id_object_number_name_norm_id_idx');
  expect(plan).toMatch(/custom_record_tenant_id_object_number_name_norm_id_idx.*rows=5\d\b/);
});
