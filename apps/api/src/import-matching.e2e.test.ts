import { randomUUID } from 'node:crypto';
import { newContext, runInContext } from '@pellucid/platform/context';
import { averageTenant, TenantPool } from '@pellucid/platform/db';
import { eventually } from '@pellucid/platform/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, ended, errorsOf, get, run, sql } = stage;

/** Adds a unique text field to accounts. */
async function addUniqueField(name: string) {
  const { rows } = await sql(
    `insert into custom_field (tenant_id, id, object, name, label, type, slot, settings)
     values ($1, $2, 'account', $3, $3, 'text', (select count(*) from custom_field where tenant_id = $1), '{"isUnique": true}') returning id`,
    [stage.company.tenantId, randomUUID(), name],
  );
  await sql('update tenant set access_version = access_version + 1 where id = $1', [stage.company.tenantId]);
  return rows[0].id as string;
}

describe('records are matched', () => {
  const mapping = { name: 'name', sf: 'custom.salesforceId', hub: 'custom.hubspotId' };
  const upsert = { object: 'account', mode: 'upsert', mapping };

  beforeEach(async () => {
    await addUniqueField('salesforceId');
    await addUniqueField('hubspotId');
    await run('name,sf,hub\nOne,SF-1,H-1\nTwo,SF-2,H-2\n', {
      ...upsert,
      mode: 'create',
    });
  });

  test('by the IDs of each source system, each in a unique field of its own', async () => {
    const done = await run('name,sf,hub\nOne anew,SF-1,H-1\nTwo anew,,H-2\nThree,SF-3,H-3\n', {
      ...upsert,
      matchBy: ['custom.hubspotId'],
    });
    expect(done.counts).toMatchObject({ created: 1, updated: 2, failed: 0 });
    const children = await run('name,parent\nChild,SF-3\n', {
      object: 'account',
      mode: 'create',
      mapping: { name: 'name', parent: 'parent' },
      references: { parent: { by: 'custom.salesforceId' } },
    });
    expect(children.counts).toMatchObject({ created: 1 });
    const child = (await get('/accounts')).data.find((r: any) => r.name === 'Child');
    expect(child.parent.name).toBe('Three');
  });

  test('by several fields together, all of which must agree', async () => {
    const both = {
      ...upsert,
      matchBy: ['custom.salesforceId', 'name'],
      mapping: { name: 'name', sf: 'custom.salesforceId', size: 'employees' },
    };
    const done = await run('name,sf,size\nOne,SF-1,5\nOther,SF-2,6\n', both);
    // No record has both the name and the ID, and the ID is taken.
    expect(done.counts).toMatchObject({ updated: 1, created: 0, failed: 1 });
    expect(await errorsOf(done.id)).toMatch(/Other,SF-2,6,.*salesforceId/);
  });

  test('by a unique field that the company encrypts', async () => {
    const field = 'custom.salesforceId';
    const asked = await call('PUT', `/masking-rules/account/${field}`, { strategy: 'encrypt' });
    expect(asked.status, JSON.stringify(asked.body)).toBe(200);
    await eventually(async () => {
      const { data } = await get('/field-encryption');
      return data.some((p: any) => p.field === field && p.state === 'encrypted') || null;
    });
    const done = await run('name,sf\nOne encrypted,sf-1\n', {
      object: 'account',
      mode: 'update',
      matchBy: [field],
      mapping: { name: 'name', sf: field },
    });
    expect(done.counts).toMatchObject({ updated: 1, failed: 0 });
  });
});

describe('a silent import', () => {
  const csv = 'id,name,size\nQ1,Quiet One,1\nQ2,Quiet Two,many\n';
  const options = {
    object: 'account',
    mode: 'upsert',
    matchBy: ['externalId'],
    mapping: { id: 'externalId', name: 'name', size: 'employees' },
  };
  const suppressed = async (kind: string) =>
    (
      await sql('select distinct suppress from record_event where tenant_id = $1 and cause_kind = $2', [
        stage.company.tenantId,
        kind,
      ])
    ).rows.map((r) => r.suppress);

  test('says on each event that no workflow and no notification follows, also when corrected and rolled back', async () => {
    const done = await run(csv, { ...options, silent: true });
    expect(done).toMatchObject({ silent: true, counts: { created: 1, failed: 1 } });
    const corrected = await call('POST', `/imports/${done.id}/retry`, {
      rows: [{ row: 3, cells: ['Q2', 'Quiet Two', '2'] }],
    });
    expect(corrected.body.import.counts).toMatchObject({ created: 2, failed: 0 });
    expect(await suppressed('import')).toEqual([['workflow', 'notification']]);
    // Search follows all the same.
    await eventually(async () => (await get('/search?q=Quiet+Two')).data.length === 1 || null);

    expect((await call('POST', `/imports/${done.id}/rollback`)).status).toBe(202);
    await eventually(async () => (await get(`/imports/${done.id}`)).status === 'rolled_back' || null);
    expect(await suppressed('undo')).toEqual([['workflow', 'notification']]);
  });

  test('is asked for: others say nothing of the kind', async () => {
    const done = await run(csv, options);
    expect(done.silent).toBe(false);
    expect(await suppressed('import')).toEqual([[]]);
    await ended(done.id);
  });
});

test('a failing row that alone names a new record leaves the names in other rows as they are', async () => {
  const base = {
    object: 'account',
    mapping: { id: 'externalId', name: 'name', parent: 'parent', owner: 'owner' },
  };
  await run('id,name\nE1,There\n', { ...base, mode: 'create', mapping: { id: 'externalId', name: 'name' } });
  const { name: owner } = (await get('/members')).data[0];
  const done = await run(`id,name,parent,owner\nE1,Again,Only here,\nE2,New,,${owner}\n`, {
    ...base,
    mode: 'create',
    matchBy: ['externalId'],
    references: { parent: { unknown: 'create' } },
  });
  expect(done.counts).toMatchObject({ created: 1, failed: 1, related: 0 });
  const records = (await get('/accounts?sort=name')).data;
  expect(records.map((r: any) => [r.name, r.owner?.name])).toContainEqual(['New', owner]);
});

test.each([
  ['contact', {}],
  ['lead', { status: 'new' }],
])('a %s is looked up by the whole name in an index', async (object, needed) => {
  const { tenantId } = stage.company;
  await sql(
    `insert into ${object} (tenant_id, id, last_name, last_name_norm, display_name, display_norm, search_norm, created_at, created_by_kind, updated_at, updated_by_kind${Object.keys(needed).map((column) => `, ${column}`)})
     select $1, gen_random_uuid(), n, n, n, n, n, now(), 'system', now(), 'system'${Object.values(needed).map((value) => `, '${value}'`)} from (select 'p ' || generate_series(1, 5000)) p (n)`,
    [tenantId],
  );
  await sql(`analyze ${object}`);
  const lookup = `select t.id from ${object} t where t.tenant_id = ${averageTenant('$2')} and t.display_norm = any($1::text[]) and t.deleted_at is null`;
  const explained = await runInContext(newContext({ tenantId, correlationId: 'names' }), () =>
    stage.api.app
      .get(TenantPool)
      .query({ text: `explain ${lookup}`, values: [['p 17', 'p 4711', 'nobody'], tenantId] }),
  );
  expect(explained.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(`${object}_names`);
});
