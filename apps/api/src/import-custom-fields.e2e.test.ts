import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { errorsOf, get, run, sql } = stage;

/** The fields that the company adds to accounts. */
const FIELDS: [string, string, object][] = [
  ['code', 'text', { isUnique: true }],
  ['seats', 'number', { scale: 1 }],
  ['rent', 'money', { currency: 'JPY' }],
  ['since', 'date', {}],
  ['tier', 'select', { options: [{ value: 'A', label: 'Alpha' }] }],
  ['partner', 'reference', { references: 'account' }],
];

beforeEach(async () => {
  const tenantId = stage.company.tenantId;
  for (const [slot, [name, type, settings]] of FIELDS.entries())
    await sql(
      `insert into custom_field (tenant_id, id, object, name, label, type, slot, settings)
         values ($1, $2, 'account', $3, $3, $4, $5, $6)`,
      [tenantId, randomUUID(), name, type, slot, JSON.stringify(settings)],
    );
  await sql('update tenant set access_version = access_version + 1 where id = $1', [tenantId]);
});

const options = {
  object: 'account',
  mode: 'upsert',
  matchBy: ['custom.code'],
  mapping: {
    name: 'name',
    code: 'custom.code',
    seats: 'custom.seats',
    rent: 'custom.rent',
    since: 'custom.since',
    tier: 'custom.tier',
    partner: 'custom.partner',
  },
};
const HEAD = 'name,code,seats,rent,since,tier,partner';

test('fields that the company added are read, matched by, referred by name, and refused with a reason', async () => {
  const first = await run(
    `${HEAD}\nBase,b-1,"1,054.5",JPY 1500,2020-02-29,Alpha,\nChild,c-1,2,¥300,2021-01-01,A,Base\nWrong,w-1,many,,,,\nDollar,d-1,,$5,,,\n`,
    options,
  );
  expect(first.counts).toMatchObject({ created: 2, failed: 2 });
  const errors = await errorsOf(first.id);
  expect(errors).toMatch(/Wrong,w-1,many.*isn't a number/);
  expect(errors).toMatch(/Dollar,d-1.*is in JPY/);
  const shown = async () =>
    Object.fromEntries((await get('/accounts')).data.map((r: any) => [r.name, r.custom]));
  expect(await shown()).toMatchObject({
    Base: { code: 'b-1', seats: '1054.5', rent: '1500', since: '2020-02-29', tier: 'A', partner: null },
    Child: { code: 'c-1', seats: '2', rent: '300', partner: { name: 'Base' } },
  });

  const second = await run(`${HEAD}\nRenamed,B-1,7,,,,\nThird,t-1,,,,,Child\n`, options);
  expect(second.counts).toMatchObject({ created: 1, updated: 1, failed: 0 });
  expect(await shown()).toMatchObject({
    Renamed: { code: 'B-1', seats: '7', rent: '1500' },
    Third: { partner: { name: 'Child' } },
  });
});

test('the second of two rows with one unique value fails, and names the field', async () => {
  const done = await run('name,code\nOne,same\nTwo,SAME\n', {
    object: 'account',
    mode: 'create',
    mapping: { name: 'name', code: 'custom.code' },
  });
  expect(done.counts).toMatchObject({ created: 1, failed: 1 });
  expect(await errorsOf(done.id)).toContain('already has this value of ""code""');
});

test('records that rows refer to are found by a field that the company added', async () => {
  await run('name,code\nBase,b-1\n', {
    object: 'account',
    mode: 'create',
    mapping: { name: 'name', code: 'custom.code' },
  });
  const done = await run('name,partner\nChild,B-1\nOther,n-1\nLost,\n', {
    object: 'account',
    mode: 'create',
    mapping: { name: 'name', partner: 'custom.partner' },
    references: { partner: { by: 'custom.code', unknown: 'error' } },
  });
  expect(done.counts).toMatchObject({ created: 2, failed: 1 });
  expect(await errorsOf(done.id)).toContain('n-1');
  const child = (await get('/accounts')).data.find((r: any) => r.name === 'Child');
  expect(child.custom.partner.name).toBe('Base');
});
