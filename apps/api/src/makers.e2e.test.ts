/** Who started an import or an export, or made a key or a template, is named to people who may know colleagues only. */
import { beforeEach, expect, test } from 'vitest';
import { TestPeople } from './testing/colleagues.js';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
let people: TestPeople;
const readers: Record<'knows' | 'doesNot', string> = { knows: '', doesNot: '' };

beforeEach(async () => {
  people = await TestPeople.of(stage.api.database, stage.api, stage.company);
  const objects = { knows: ['account', 'member'], doesNot: ['account'] };
  for (const [name, own] of Object.entries(objects) as [keyof typeof readers, string[]][]) {
    const permissions = own.flatMap((object) =>
      ['read', 'create', 'update', 'import', 'export'].map((action) => ({
        object,
        action,
        scope: 'all' as const,
      })),
    );
    const system = ['manageImports', 'manageIntegrations', 'viewAudit'];
    readers[name] = (await people.colleague([await people.role({ permissions, system })])).token;
  }
  await people.settle();
  return () => people.end();
});

test.each([
  ['import', '/imports', 'createdBy'],
  ['export', '/exports?everyone=true', 'createdBy'],
  ['API key', '/api-keys', 'createdBy'],
  ['import template', '/import-templates', 'owner'],
  ['template', '/record-templates', 'owner'],
])('whoever made an %s', async (what, path, key) => {
  const options = { object: 'account', mode: 'create', mapping: { Company: 'name' } };
  if (what === 'import') await stage.run('Company\nAcme\n', options);
  if (what === 'export') await stage.call('POST', '/exports', { object: 'account', format: 'csv' });
  if (what === 'API key') {
    const role = (await stage.get('/roles')).data.find((one: any) => one.key === 'readOnly');
    await stage.call('POST', '/api-keys', { name: 'Key', roleId: role.id });
  }
  if (what === 'import template')
    await stage.call('POST', '/import-templates', { name: 'Shared', options, isShared: true });
  if (what === 'template') {
    const template = { object: 'account', name: 'Shared', values: { name: 'New' }, isShared: true };
    await stage.call('POST', '/record-templates', template);
  }
  const id = stage.company.memberId;
  const seenBy = async (token?: string) => {
    const [first] = (await stage.get(path, token)).data;
    const [list] = path.split('?');
    const one = await stage.get(`${list}/${first.id}`, token);
    return [first[key], one[key]];
  };
  const { name } = await stage.get(`/members/${id}`);
  expect(await seenBy()).toEqual(Array(2).fill({ id, name }));
  expect(await seenBy(readers.knows)).toEqual(Array(2).fill({ id, name }));
  expect(await seenBy(readers.doesNot)).toEqual(Array(2).fill({ id, name: null }));
});
