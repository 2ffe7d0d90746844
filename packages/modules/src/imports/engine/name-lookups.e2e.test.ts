import { TenantPool } from '@pellucid/platform/db';
import { RecordReader } from '@pellucid/platform/records';
import { type EngineApp, type EngineTenant, startEngine } from '@pellucid/platform/records/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importRights } from './import-rights.js';
import { ReferenceLookup } from './reference-lookup.js';

/* 20,000 records of an object that the company made. Plans are those of the app's own role, under row security. */

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  await engine.defineObject(tenant, { name: 'vehicle', plural: 'vehicles', label: 'Vehicle' });
  const settings = { nameTemplate: '{custom.plate}' };
  await engine.defineObject(tenant, { name: 'trailer', plural: 'trailers', label: 'Trailer', settings });
  await engine.defineField(tenant, { object: 'trailer', name: 'plate', type: 'text' });
  const { rows } = await engine.admin.query('select name, number from custom_object where tenant_id = $1', [
    tenant.id,
  ]);
  for (const { name, number } of rows)
    await engine.admin.query(
      `insert into custom_record (tenant_id, id, object_number, name, name_norm, display_name, display_norm, search_norm, created_at, created_by_kind, updated_at, updated_by_kind)
       select $1, gen_random_uuid(), $2, own, lower(own), 'R ' || n, 'r ' || n, 'r ' || n, now(), 'system', now(), 'system'
         from generate_series(1, 10000) n, lateral (select case when $3 = 'vehicle' then 'R ' || n end) o(own)`,
      [tenant.id, number, name],
    );
  await engine.admin.query('analyze custom_record');
});
afterAll(() => engine?.close());

/** Returns the plan of a statement, and how many rows it returns, for the tenant's administrator. */
async function planOf(text: string, values: readonly unknown[]): Promise<{ plan: string; count: number }> {
  const pool = engine.app.get(TenantPool);
  const [explained, found] = await pool.read([
    { text: `explain ${text}`, values: [...values] },
    { text, values: [...values] },
  ]);
  const plan = explained!.rows.map((row: any) => row['QUERY PLAN']).join('\n');
  return { plan, count: found!.rows.length };
}

test.each([
  ['vehicle', 'custom_record_tenant_id_object_number_name_norm_id_idx'],
  ['trailer', 'custom_record_names'],
])('records of a %s are looked up by name in an index, own or composed', async (object, index) => {
  await engine.as(tenant, async () => {
    const context = await engine.app.get(RecordReader).contextFor(object);
    const rights = importRights(engine.app.get(RecordReader), context);
    const lookup = new ReferenceLookup(object, context.descriptor, 'name', () => context.descriptor, rights);
    for (const name of ['R 17', 'R 4711', 'R 9999', 'Nobody']) lookup.want(name);
    const { text, values } = lookup.statement()!;
    const { plan, count } = await planOf(text, values ?? []);
    expect(count).toBe(3);
    expect(plan).toContain(index);
  });
});
