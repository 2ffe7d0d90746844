/** An import that was rolled back leaves the company's records as they were before it. */
import { eventually } from '@pellucid/platform/testing';
import { describe, expect, test } from 'vitest';
import { registerCompany } from './testing/api-process.js';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, get, preview, run, sql } = stage;
const post = (path: string, body: object) => call('POST', path, body);

/** Tables of records, with what writes change in any case left out. */
const TABLES = ['account', 'contact', 'opportunity', 'tag', 'external_id', 'account_contact', 'record_tag'];

/** Returns a checksum over the contents of a company's living records. */
async function checksum(tenantId: string): Promise<string> {
  const sums: string[] = [];
  for (const table of TABLES) {
    const { rows } = await sql(
      `select count(*) as n, md5(string_agg(t::text, ',' order by t::text)) as sum from (
         select to_jsonb(t) - array['version', 'created_at', 'updated_at', 'updated_by_kind', 'updated_by_id'] as t
           from ${table} t where tenant_id = $1
            and (to_jsonb(t) ->> 'deleted_at') is null and coalesce(to_jsonb(t) ->> 'living', 'true') = 'true') t`,
      [tenantId],
    );
    sums.push(`${table} ${rows[0].n} ${rows[0].sum}`);
  }
  return sums.join('\n');
}

const accounts = (count: number, city: string, from = 0) =>
  `ID,Name,City,Industry\n${Array.from({ length: count }, (_, n) => `x-${from + n},Company ${from + n},${city},${n % 2 ? 'Retail' : `Trade ${city}`}\n`).join('')}`;
const options = {
  object: 'account',
  mode: 'upsert',
  matchBy: ['externalId'],
  unknownOptions: 'create',
  mapping: { ID: 'externalId', Name: 'name', City: 'city', Industry: 'industry' },
};

async function rollBack(id: string) {
  const answer = await post(`/imports/${id}/rollback`, {});
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return eventually(async () => {
    const found = await get(`/imports/${id}`);
    return found.status === 'rolling_back' ? undefined : found;
  });
}

describe('a rollback', () => {
  test('brings back what was before, with updates, new options and related records', async () => {
    await run(accounts(1000, 'Zug'), options);
    const before = await checksum(stage.company.tenantId);
    const industries = async () =>
      (
        await sql(
          "select value from field_option where tenant_id = $1 and field = 'industry' order by value",
          [stage.company.tenantId],
        )
      ).rows.map(({ value }) => value);
    const known = await industries();
    const done = await run(accounts(2000, 'Bern', 500), options);
    expect(done.counts).toMatchObject({ created: 1500, updated: 500 });
    expect(await industries()).toContain('Trade Bern');
    const preview = await post(`/imports/${done.id}/rollback/preview`, {});
    expect(preview.body.counts).toMatchObject({ deleted: 1500, changed: 500, conflicts: 0 });
    expect(preview.body.sample[0].record.name).toMatch(/^Company/);
    const after = await rollBack(done.id);
    expect(after).toMatchObject({
      status: 'rolled_back',
      rollback: { counts: { deleted: 1500, changed: 500 } },
    });
    expect(await checksum(stage.company.tenantId)).toBe(before);
    expect(await industries()).toEqual(known);
    const again = await post(`/imports/${done.id}/rollback`, {});
    expect(again).toMatchObject({ status: 409, body: { code: 'importRolledBack' } });
  });

  test('leaves the stage history of deals as it was', async () => {
    const { data: stages } = await get('/stages?sort=position');
    const won = stages.find((one: any) => one.category === 'won');
    const { body: deal } = await post('/opportunities', {
      name: 'Sails',
      externalId: 'D1',
      stage: stages[0].id,
    });
    const path = `/opportunities/${deal.id}/stage-history`;
    const before = (await get(path)).data;
    const done = await run(`ID,Stage,Closed\nD1,${won.name},2024-03-20\n`, {
      object: 'opportunity',
      mode: 'update',
      matchBy: ['externalId'],
      mapping: { ID: 'externalId', Stage: 'stage', Closed: 'closeDate' },
    });
    expect(done.counts).toMatchObject({ updated: 1, failed: 0 });
    expect((await get(path)).data).not.toEqual(before);
    await post(`/imports/${done.id}/rollback`, {});
    await eventually(async () => (await get(`/imports/${done.id}`)).status === 'rolled_back');
    expect((await get(path)).data).toEqual(before);
  });

  test('keeps what others have changed or linked since, and says why', async () => {
    const done = await run(accounts(3, 'Chur', 9000), options);
    const found = (
      await call(
        'GET',
        `/accounts?filter=${encodeURIComponent(JSON.stringify({ field: 'city', op: 'eq', value: 'Chur' }))}`,
      )
    ).body.data;
    const [changed, linked] = found;
    await call('PATCH', `/accounts/${changed.id}`, { city: 'Davos' });
    await post('/contacts', { lastName: 'Linked', account: linked.id });
    const after = await rollBack(done.id);
    expect(after.rollback.counts).toEqual({ deleted: 1, failed: 2 });
    const { data } = await get(`/bulk-jobs/${after.rollback.id}/results`);
    expect(data.map((one: any) => [one.id, one.errors[0].code]).sort()).toEqual(
      [
        [changed.id, 'changedSince'],
        [linked.id, 'referenced'],
      ].sort(),
    );
    expect((await get(`/accounts/${changed.id}`)).city).toBe('Davos');
  });

  test('is refused for a preview, for others, and after 30 days', async () => {
    const dry = await preview(accounts(1, 'Thun', 9100), options);
    expect(await post(`/imports/${dry.id}/rollback`, {})).toMatchObject({
      status: 409,
      body: { code: 'preview' },
    });
    const done = await run(accounts(1, 'Thun', 9200), options);
    const stranger = await registerCompany(stage.api);
    const asked = await stage.api.call('POST', `/imports/${done.id}/rollback`, {
      token: stranger.token,
      body: {},
    });
    expect(asked.status).toBe(404);
    await sql(`update import_run set finished_at = now() - interval '31 days' where id = $1`, [done.id]);
    expect(await post(`/imports/${done.id}/rollback`, {})).toMatchObject({
      status: 410,
      body: { code: 'rollbackExpired' },
    });
  });

  test('of two at once one wins', async () => {
    const done = await run(accounts(2, 'Wil', 9300), options);
    const answers = await Promise.all([
      post(`/imports/${done.id}/rollback`, {}),
      post(`/imports/${done.id}/rollback`, {}),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  test('goes on if the job of an earlier one was given up', async () => {
    const done = await run(accounts(2, 'Ilanz', 9400), options);
    await rollBack(done.id);
    // As if the worker had died each time before it could end the rollback.
    await sql(`update import_run set status = 'rolling_back' where id = $1`, [done.id]);
    await sql(
      `update job set state = 'dead' where id = (select job_id from bulk_job where id =
         (select (rollback ->> 'id')::uuid from import_run where id = $1))`,
      [done.id],
    );
    expect((await get(`/imports/${done.id}`)).status).toBe('completed');
    expect((await rollBack(done.id)).status).toBe('rolled_back');
  });
});
