import { afterAll, beforeAll, expect, it } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

const description = (object: string, of = tenant) =>
  engine.as(of, async () => (await engine.records.reader.contextFor(object)).descriptor);

async function changed(of: EngineTenant, ...statement: [string, unknown[]]): Promise<void> {
  await engine.admin.query(...statement);
  await engine.admin.query('update tenant set access_version = access_version + 1 where id = $1', [of.id]);
  engine.app.get(AccessDirectory).forget(of.id);
}

it('a description stays the same instance until something about its own object is defined', async () => {
  await engine.defineField(tenant, { object: 'account', name: 'size', type: 'number' });
  await engine.defineField(tenant, { object: 'team', name: 'size', type: 'number' });
  const [account, team, tag] = [
    await description('account'),
    await description('team'),
    await description('tag'),
  ];
  await changed(tenant, `update member set name = 'Somebody else' where tenant_id = $1`, [tenant.id]);
  expect(await description('account')).toBe(account);
  await changed(
    tenant,
    `insert into field_option (tenant_id, object, field, value, label) values ($1, 'account', 'industry', 'Mining', 'Mining')`,
    [tenant.id],
  );
  const extended = await description('account');
  expect(extended).not.toBe(account);
  expect(extended.byKey.get('industry')!.options).toContainEqual({ value: 'Mining', label: 'Mining' });
  expect(extended.byKey.has('custom.size')).toBe(true);
  expect(await description('team')).toBe(team);
  expect(await description('tag')).toBe(tag);
  await engine.defineField(tenant, { object: 'tag', name: 'size', type: 'number' });
  expect((await description('tag')).byKey.has('custom.size')).toBe(true);
  expect(await description('account')).toBe(extended);
});

it('companies that define nothing share a description, others never do', async () => {
  const [first, second] = [await engine.tenant('First'), await engine.tenant('Second')];
  expect(await description('account', first)).toBe(await description('account', second));
  for (const each of [first, second])
    await engine.defineField(each, { object: 'account', name: 'size', type: 'number' });
  const [one, two] = [await description('account', first), await description('account', second)];
  expect(one.byKey.get('custom.size')!.custom!.id).not.toBe(two.byKey.get('custom.size')!.custom!.id);
});
