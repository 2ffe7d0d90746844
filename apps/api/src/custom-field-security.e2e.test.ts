import { KeyCheck, StoredValues } from '@pellucid/modules/field-security/testing';
import { recordDescriptors } from '@pellucid/modules/lists/records';
import { FieldKeyRing } from '@pellucid/platform/crypto';
import { eventually } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

/* Masking, reveals and encryption of fields that a company added. */

let api: WorkingApi;
let company: TestCompany;
let people: TestPeople | undefined;
let owner: pg.Client;

beforeAll(async () => {
  api = await sharedWorkingApi();
  owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
});
beforeEach(async () => {
  await people?.end();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  await people.customFields('account', {
    iban: ['text', { isUnique: true }],
    memo: ['longText'],
    fax: ['phone', { isIndexed: true }],
  });
});
afterAll(async () => {
  await people?.end();
  await owner?.end();
});

const ask =
  (token: string) =>
  (method: string, path: string, body?: unknown): Promise<any> =>
    api.call(method, path, { token, ...(body === undefined ? {} : { body }) });
const admin = (method: string, path: string, body?: unknown) => ask(company.token)(method, path, body);
const custom = { iban: 'DE89 3704', memo: 'Pays late', fax: '+49 30 1234567' };
const made = async () => (await admin('POST', '/accounts', { name: 'One', custom })).body.id as string;

/** How many values of each field are sealed with the present key, as `npm run keys:check` finds them. */
async function sealed(): Promise<Record<string, number>> {
  const ring = new FieldKeyRing(api.environment['PELLUCID_FIELD_KEYS']!);
  const reports = new KeyCheck(new StoredValues(owner), ring, recordDescriptors).check();
  const found: Record<string, number> = {};
  for await (const { tenantId, field, sealed: byKey, lost } of reports)
    if (tenantId === company.tenantId) {
      expect(lost).toEqual([]);
      found[field] = byKey.get(ring.activeKeyId!) ?? 0;
    }
  return found;
}

test('a masked value is revealed, and the preview shows values as each role would see them', async () => {
  const id = await made();
  const role = await people!.role({
    permissions: ['read', 'reveal'].map((action) => ({ object: 'account', action, scope: 'all' as const })),
    fields: [{ object: 'account', field: 'custom.iban', access: 'mask' }],
  });
  const viewer = ask((await people!.colleague([role])).token);
  await people!.settle();
  expect((await viewer('GET', `/accounts/${id}`)).body.custom.iban).not.toBe(custom.iban);
  const revealed = await viewer('POST', `/accounts/${id}/reveal`, {
    field: 'custom.iban',
    reason: 'The customer called',
  });
  expect(revealed.body).toEqual({ value: custom.iban });

  const preview = await admin('POST', '/masking-rules/preview', {
    object: 'account',
    rules: [{ field: 'custom.iban', strategy: 'redact' }],
    fields: ['custom.iban', 'custom.memo'],
    roleId: role,
  });
  expect(preview.body.data[0].rows).toMatchObject([
    { values: { 'custom.iban': '•••', 'custom.memo': custom.memo } },
  ]);
});

test('encryption is switched on and off: the table, the index of values, lookups and uniqueness follow', async () => {
  const id = await made();
  const stored = async () =>
    JSON.stringify(
      (
        await people!.sql(
          `select a.custom, array(select text_value from custom_index i where i.record_id = a.id order by 1) as copies
             from account a where a.tenant_id = $1`,
          [company.tenantId],
        )
      ).rows,
    );
  const plain = await stored();
  const rules = ['iban', 'memo', 'fax'].map((name) => `/masking-rules/account/custom.${name}`);
  const states = async () => (await admin('GET', '/field-encryption')).body.data;
  for (const rule of rules) expect((await admin('PUT', rule, { strategy: 'encrypt' })).status).toBe(200);
  await eventually(async () => (await states()).every((s: any) => s.finishedAt !== null));
  expect(await stored()).not.toMatch(/3704|late|1234567/i);

  const found = async (field: string, value: string) =>
    (await admin('POST', '/accounts/query', { filter: { field, op: 'eq', value } })).body.data.map(
      (r: any) => r.id,
    );
  const check = async () => {
    expect((await admin('GET', `/accounts/${id}`)).body.custom).toEqual(custom);
    expect(await found('custom.iban', 'de89 3704')).toEqual([id]);
    expect(await found('custom.fax', '+49301234567')).toEqual([id]);
    const copy = await admin('POST', '/accounts', { name: 'Copy', custom: { iban: 'de89 3704' } });
    expect(copy.body.errors).toMatchObject([{ pointer: '/custom/iban', code: 'notUnique' }]);
  };
  await check();
  expect(await sealed()).toEqual({ 'custom.fax': 1, 'custom.iban': 1, 'custom.memo': 1 });
  const define = (isDeleted: boolean) =>
    people!.sql(`update custom_field set deleted_at = case when $2 then now() end where tenant_id = $1`, [
      company.tenantId,
      isDeleted,
    ]);
  // Values of deleted fields need their keys too: a restored field shows them again.
  await define(true);
  expect(await sealed()).toEqual({ 'custom.fax': 1, 'custom.iban': 1, 'custom.memo': 1 });
  await define(false);

  for (const rule of rules) expect((await admin('DELETE', rule)).status).toBe(204);
  await eventually(async () => (await states()).length === 0);
  expect(await stored()).toBe(plain);
  await check();
});

test('a field that a formula reads is not encrypted, and the refusal names the formula', async () => {
  const formula = { object: 'contact', type: 'formula', name: 'shout', label: 'Shout' };
  await admin('POST', '/custom-fields', { ...formula, formula: 'upper(account.custom.memo)' });
  const refused = await admin('PUT', '/masking-rules/account/custom.memo', { strategy: 'encrypt' });
  expect(refused.body.errors).toMatchObject([
    {
      code: 'strategyUnfit',
      message: expect.stringContaining('the computed field "Shout" reads it'),
    },
  ]);
  const { data } = (await admin('GET', '/masking-rules')).body;
  const account = data.find((o: any) => o.object === 'account');
  expect(account.fields.find((f: any) => f.field === 'custom.memo').encryptRefused).toBe(
    'the computed field "Shout" reads it',
  );
});
