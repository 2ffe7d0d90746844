import { purgeFieldJob } from '@pellucid/modules/custom-fields/testing';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobQueue } from '@pellucid/platform/jobs';
import { eventually } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

/* What happens to stored values when definitions change: indexes, uniqueness, deletion. */

const SYSTEM = { actor: { kind: 'system', id: null }, memberId: null } as const;

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

const call = (method: string, path: string, body?: unknown): Promise<any> =>
  api.call(method, path, { token: company.token, ...(body === undefined ? {} : { body }) });
let count = 0;
const define = async (more: object = {}) => {
  const name = `kept${++count}`;
  const body = { object: 'account', name, label: `Label of ${name}`, type: 'text', ...more };
  return (await call('POST', '/custom-fields', body)).body;
};
const account = async (custom: object) => (await call('POST', '/accounts', { name: 'Any', custom })).body.id;
const patch = (id: string, body: object) => call('PATCH', `/custom-fields/${id}`, body);
const copies = async (id: string) =>
  (await owner.query('select record_id, text_value from custom_index where field_id = $1', [id])).rows;

describe('an index for a field that has values', () => {
  test('is built while lists already work, and lists start from it once it is complete', async () => {
    const field = await define();
    const [b, a] = [await account({ [field.name]: 'B' }), await account({ [field.name]: 'a' })];
    const none = await account({});
    expect((await patch(field.id, { indexed: true })).body.indexState).toBe('building');
    const sorted = async () =>
      (await call('POST', '/accounts/query', { sort: field.key })).body.data
        .map((r: any) => r.id)
        .filter((id: string) => [a, b, none].includes(id));
    expect(await sorted()).toEqual([a, b, none]);
    const c = await account({ [field.name]: 'c' });
    expect(await copies(field.id)).toEqual([{ record_id: c, text_value: 'c' }]);
    await eventually(
      async () => (await call('GET', `/custom-fields/${field.id}`)).body.indexState === 'complete',
    );
    const values = (await copies(field.id)).map((row) => row.text_value).sort();
    expect(values).toEqual(['a', 'b', 'c']);
    const found = await call('POST', '/accounts/query', {
      filter: { field: field.key, op: 'eq', value: 'B' },
    });
    expect(found.body.data.map((r: any) => r.id)).toEqual([b]);
    expect(await sorted()).toEqual([a, b, none]);
  });

  test('is refused for a field that becomes unique although values repeat, naming the records', async () => {
    const field = await define();
    const [one, two] = [await account({ [field.name]: 'Same' }), await account({ [field.name]: 'same' })];
    const refused = await patch(field.id, { unique: true });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toMatchObject([
      {
        pointer: '/unique',
        code: 'valuesNotUnique',
        params: { conflicts: [{ records: [one, two].sort() }] },
      },
    ]);
    await call('PATCH', `/accounts/${two}`, { custom: { [field.name]: 'Other' } });
    expect((await patch(field.id, { unique: true })).status).toBe(200);
    const taken = await call('POST', '/accounts', { name: 'Any', custom: { [field.name]: 'OTHER' } });
    expect(taken.body.errors.map((e: any) => e.code)).toEqual(['notUnique']);
  });
});

test('a field whose values repeat by the time all processes know is not unique, and says so until asked again', async () => {
  const field = await define();
  const [one, two] = [await account({ [field.name]: 'First' }), await account({ [field.name]: 'Second' })];
  expect((await patch(field.id, { unique: true })).body).toMatchObject({ unique: true });
  // As a process writes that does not know yet that the field is unique.
  await owner.query('update account set custom = (select custom from account where id = $1) where id = $2', [
    one,
    two,
  ]);
  await eventually(async () => (await call('GET', `/custom-fields/${field.id}`)).body.uniqueRefused === true);
  const { body } = await call('GET', `/custom-fields/${field.id}`);
  expect(body).toMatchObject({ unique: false, uniqueRefused: true });
  const refused = await patch(field.id, { unique: true });
  expect(refused.body.errors[0].params.conflicts).toEqual([{ records: [one, two].sort() }]);
  expect((await patch(field.id, { help: 'Kept' })).body.uniqueRefused).toBe(true);
  expect((await patch(field.id, { unique: false })).body).not.toHaveProperty('uniqueRefused');
});

describe('deleting a field', () => {
  test('is refused while roles, masking rules, views or other fields use it, and says where', async () => {
    const field = await define();
    const at = { object: 'account', field: field.key };
    const role = await call('POST', '/roles', { name: 'Limited', fields: [{ ...at, access: 'view' }] });
    await call('PUT', `/masking-rules/account/${field.key}`, { strategy: 'redact' });
    const columns = [{ field: 'name' }, { field: field.key }];
    const saved = { object: 'account', name: 'Wide', content: { columns } };
    const view = (await call('POST', '/views', { ...saved, sharing: { everyone: true, with: [] } })).body;
    const own = (await call('POST', '/views', { ...saved, name: 'Mine' })).body;
    const condition = { field: field.key, op: 'eq', value: 'x' };
    const other = await define({ requiredIf: condition });
    const refused = await call('DELETE', `/custom-fields/${field.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'fieldInUse']);
    expect(refused.body.uses).toEqual(
      expect.arrayContaining([
        { kind: 'role', id: role.body.id, name: 'Limited' },
        { kind: 'view', id: view.id, name: 'Wide' },
        { kind: 'view', id: own.id, name: 'Mine' },
        { kind: 'maskingRule', name: 'Masking (redact)' },
        { kind: 'customField', id: other.id, name: other.label },
      ]),
    );
    expect(refused.body.uses).toHaveLength(5);
    await call('DELETE', `/roles/${role.body.id}`);
    await call('DELETE', `/masking-rules/account/${field.key}`);
    for (const { id } of [view, own]) expect((await call('DELETE', `/views/${id}`)).status).toBe(204);
    await patch(other.id, { requiredIf: null });
    expect((await call('DELETE', `/custom-fields/${field.id}`)).status).toBe(204);
  });

  test('removes its values, copies and links after 30 days, and it cannot be restored any more', async () => {
    const text = await define({ indexed: true });
    const links = await define({ type: 'links', linksTo: ['team'] });
    const team = (await call('POST', '/teams', { name: 'Linked' })).body.id;
    const id = await account({ [text.name]: 'x', [links.name]: [{ object: 'team', id: team }] });
    for (const field of [text, links])
      expect((await call('DELETE', `/custom-fields/${field.id}`)).status).toBe(204);
    for (const field of [text, links]) {
      const { rows } = await owner.query(
        `update custom_field set deleted_at = now() - interval '31 days' where id = $1
         returning to_char(deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
        [field.id],
      );
      await runInContext(newContext({ correlationId: 'purge', tenantId: company.tenantId }), () =>
        api.app.get(UnitOfWorkFactory).run(async (uow) => {
          await uow.bumpAccessVersion();
          await api.app
            .get(JobQueue)
            .enqueue(uow, purgeFieldJob, { field: field.id, deletedAt: rows[0].at }, SYSTEM);
        }),
      );
    }
    await eventually(async () => {
      const { rows } = await owner.query(
        `select from job where name = $1 and state = 'done' and payload->'data'->>'field' = any($2)`,
        [purgeFieldJob.name, [text.id, links.id]],
      );
      return rows.length === 2;
    });
    const { rows } = await owner.query('select custom from account where id = $1', [id]);
    expect(Object.values(rows[0].custom)).not.toContain('x');
    expect(await copies(text.id)).toEqual([]);
    const left = await owner.query('select from record_link where kind = $1', [`custom/${links.id}`]);
    expect(left.rows).toEqual([]);
    const restored = await call('POST', `/custom-fields/${text.id}/restore`);
    expect([restored.status, restored.body.code]).toEqual([409, 'valuesRemoved']);
    const history = (await call('GET', `/accounts/${id}/history`)).body.data[0];
    expect(history.changes[text.key].after).toBe('x');
  });
});
