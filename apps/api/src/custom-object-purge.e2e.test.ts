import { PurgeSchedule } from '@pellucid/modules/custom-objects/testing';
import { eventually } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

/** Tables that go on naming an object whose records are gone, and why. */
const KEPT: Record<string, string> = {
  record_event: 'the log is whole',
  custom_object: 'its definition is kept, so that its name is never used again',
  custom_field: 'definitions are kept, so that histories can be read',
  job: 'what ran, without content, until it is cleaned up',
  bulk_job: 'what people started, without content',
  import_run: 'what people started; its rows have a retention of their own',
  export_run: 'what people started; its file has a retention of its own',
  masking_log: 'who saw what, without values',
};

let api: WorkingApi;
let company: TestCompany;
let owner: pg.Client;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
});
afterAll(() => owner?.end());

const call = async (method: string, path: string, body?: unknown): Promise<any> => {
  const answer = await api.call(method, path, {
    token: company.token,
    ...(body === undefined ? {} : { body }),
  });
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
};

/** Returns how many rows of the company name the object, by table: in a column, in a list or in JSON. */
async function naming(object: string): Promise<Record<string, number>> {
  const { rows } = await owner.query(
    `select c.oid::regclass::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')`,
  );
  const found: Record<string, number> = {};
  for (const { name } of rows) {
    const { rows: counted } = await owner.query(
      `select count(*)::int as n from ${name} t where tenant_id = $1 and strpos(to_jsonb(t)::text, $2) > 0`,
      [company.tenantId, JSON.stringify(object)],
    );
    if (counted[0].n) found[name] = counted[0].n;
  }
  return found;
}

test('an object that is removed for good leaves its definition and its log, and nothing else', async () => {
  const words = { name: 'vessel', plural: 'vessels', label: 'Vessel', pluralLabel: 'Vessels' };
  const object = await call('POST', '/custom-objects', words);
  const field = (name: string, more: object = {}) =>
    call('POST', '/custom-fields', { object: 'vessel', name, label: name, type: 'text', ...more });
  await field('captain', { pii: 'personal', indexed: true });
  await field('permit');
  await field('sister', { type: 'reference', references: 'vessel' });
  await field('crew', { type: 'links', linksTo: ['account', 'vessel'] });
  await call('PUT', '/masking-rules/vessel/custom.permit', { strategy: 'tokenize' });
  const make = (name: string, custom: object = {}) =>
    call('POST', '/vessels', { name, custom: { captain: 'Ann', permit: `P ${name}`, ...custom } });
  const first = await make('First');
  const account = await call('POST', '/accounts', { name: 'Harbour' });
  const links = [first, account].map(({ id }, n) => ({ object: ['vessel', 'account'][n], id }));
  const second = await make('Second', { sister: first.id, crew: links });
  const third = await make('Third');
  await call('PATCH', `/vessels/${first.id}`, { custom: { captain: 'Bea' } });
  const team = await call('POST', '/teams', { name: 'Crew' });
  const grantee = { kind: 'team', id: team.id };
  await call('POST', '/shares', { object: 'vessel', record: second.id, grantee, access: 'read' });
  await call('DELETE', `/vessels/${first.id}?referrers=unlink`);
  await make('Fourth', { sister: third.id });
  const merged = [second, third].map(({ id }) => ({ id }));
  await call('POST', '/vessels/merge', { records: merged, into: second.id });
  const role = await call('POST', '/roles', {
    name: 'Crew',
    permissions: [{ object: 'vessel', action: 'read', scope: 'own' }],
    fields: [{ object: 'vessel', field: 'custom.captain', access: 'mask' }],
  });
  const view = { object: 'vessel', name: 'All', sharing: { everyone: true, with: [grantee] } };
  await call('POST', '/views', { ...view, content: { sort: 'name' } });
  const pieces = [{ field: 'custom.captain' }];
  await call('POST', '/objects/vessel/layouts', {
    kind: 'card',
    content: { sections: [{ title: null, pieces }] },
  });
  const options = { object: 'vessel', mode: 'create', mapping: { Name: 'name' } };
  await call('POST', '/import-templates', { name: 'Vessels', options });
  await call('POST', '/record-templates', { object: 'vessel', name: 'Usual', values: { name: 'New' } });
  const ruleOf = (name: string, objects: string[]) => {
    const fields = Object.fromEntries(objects.map((key) => [key, ['name']]));
    return call('POST', '/duplicate-rules', {
      name,
      objects,
      conditions: [{ method: 'normalised', fields }],
    });
  };
  const shared = await ruleOf('Harbours and vessels', ['account', 'vessel']);
  const own = await ruleOf('Vessels', ['vessel']);
  const fleet = await call('POST', '/custom-fields', {
    object: 'account',
    name: 'fleet',
    label: 'Fleet',
    type: 'links',
    linksTo: ['vessel', 'account'],
  });
  const before = await naming('vessel');
  for (const table of [
    'record_secret',
    'deletion_effect',
    'merge_effect',
    'record_redirect',
    'masking_token',
    'field_protection',
    'saved_view',
    'layout',
    'import_template',
    'record_template',
    'record_share',
    'record_link',
    'masking_rule',
    'duplicate_rule',
  ])
    expect(before, table).toHaveProperty(table);

  await call('DELETE', `/custom-objects/${object.id}?records=delete`);
  await owner.query(`update custom_object set deleted_at = now() - interval '31 days' where id = $1`, [
    object.id,
  ]);
  await api.worker.get(PurgeSchedule).requestWhereDue();
  await eventually(async () => {
    const { rows } = await owner.query('select from custom_object where id = $1 and purged_at is not null', [
      object.id,
    ]);
    return rows.length === 1;
  });
  const left = await naming('vessel');
  expect(Object.keys(left).filter((table) => !(table in KEPT))).toEqual([]);
  expect(left).toHaveProperty('record_event');
  const ids = [first, second, third].map(({ id }) => id);
  for (const table of ['custom_record', 'custom_index']) {
    const key = table === 'custom_record' ? 'id' : 'record_id';
    const { rows } = await owner.query(`select from ${table} where ${key} = any($1)`, [ids]);
    expect([table, rows.length]).toEqual([table, 0]);
  }
  const rules = (await call('GET', '/duplicate-rules')).data;
  const staying = rules.find(({ id }: any) => id === shared.id);
  expect([staying.objects, staying.conditions[0].fields]).toEqual([['account'], { account: ['name'] }]);
  expect(rules.map(({ id }: any) => id)).not.toContain(own.id);
  // A field that could link to it still can be renamed.
  await call('PATCH', `/custom-fields/${fleet.id}`, { label: 'Ships' });
  const kept = (await call('GET', '/roles')).data.find((r: any) => r.id === role.id);
  expect([kept.permissions, kept.fields]).toEqual([[], []]);
  const restored = await api.call('POST', `/custom-objects/${object.id}/restore`, { token: company.token });
  expect([restored.status, restored.body.code]).toEqual([409, 'purged']);
});
