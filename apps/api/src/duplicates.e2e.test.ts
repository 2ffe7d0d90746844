import { AccessDirectory } from '@pellucid/platform/access';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
/** The role of ann. */
let wide: string;
/** Reads, creates and changes all contacts, leads and accounts. */
let ann: Colleague;
/** The same, but sees no e-mail addresses of leads. */
let blind: Colleague;
/** Reads only records of their own. */
let own: Colleague;

const OBJECTS = ['contact', 'lead', 'account'];
const permissions = (scope: 'all' | 'own') =>
  OBJECTS.flatMap((object) => [
    { object, action: 'read', scope },
    { object, action: 'create', scope: 'all' as const },
    { object, action: 'update', scope },
    { object, action: 'bulk', scope },
  ]);

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  wide = await people.role({ permissions: permissions('all') });
  const half = await people.role({
    permissions: permissions('all'),
    fields: [{ object: 'lead', field: 'email', access: 'hidden' }],
  });
  const narrow = await people.role({ permissions: permissions('own') });
  ann = await people.colleague([wide]);
  blind = await people.colleague([half]);
  own = await people.colleague([narrow]);
  api.app.get(AccessDirectory).forget(company.tenantId);
});
afterAll(async () => {
  await people?.end();
});

const as = (who: { token: string }, method: string, path: string, body?: unknown, headers = {}) =>
  api.call(method, path, { token: who.token, body, headers });
const contact = (who: { token: string }, body: object, query = '') =>
  as(who, 'POST', `/contacts${query}`, body);
let count = 0;
const fresh = () => `person${++count}@duplicates.example`;

test('a contact with the address of another contact is refused with the match, unless the request allows it', async () => {
  const email = fresh();
  const first = await contact(ann, { lastName: 'Baker', email });
  expect(first.status).toBe(201);
  const second = await contact(ann, { lastName: 'B.', email: email.toUpperCase() });
  expect(second.status, JSON.stringify(second.body)).toBe(409);
  expect(second.body).toMatchObject({
    code: 'possibleDuplicates',
    isBlocked: false,
    mayOverride: true,
    duplicates: [
      {
        object: 'contact',
        id: first.body.id,
        name: 'Baker',
        rules: [
          {
            rule: { name: 'Same e-mail address' },
            score: 100,
            conditions: [{ method: 'normalised', fields: ['email'], otherFields: ['email'], score: 100 }],
          },
        ],
      },
    ],
  });
  expect((await contact(ann, { lastName: 'B.', email }, '?allowDuplicates=true')).status).toBe(201);
});

test('leads and contacts with the same address are duplicates of each other', async () => {
  const email = fresh();
  const lead = await as(ann, 'POST', '/leads', { lastName: 'Carver', email });
  expect((await contact(ann, { lastName: 'Carver', email })).body.duplicates[0]).toMatchObject({
    object: 'lead',
    id: lead.body.id,
  });
});

test('a change is refused only if it concerns what a rule compares', async () => {
  const email = fresh();
  await contact(ann, { lastName: 'Dyer', email });
  const other = await contact(ann, { lastName: 'Dyer', email: fresh() });
  const change = (body: object, query = '') => as(ann, 'PATCH', `/contacts/${other.body.id}${query}`, body);
  expect((await change({ email })).status).toBe(409);
  expect((await change({ email }, '?allowDuplicates=true')).status).toBe(200);
  expect((await change({ lastName: 'Dyer-Smith' })).status).toBe(200);
});

test('records and values that the caller does not see are no duplicates', async () => {
  const email = fresh();
  await as(ann, 'POST', '/leads', { lastName: 'Early', email });
  expect((await contact(blind, { lastName: 'Early', email })).status).toBe(201);
  const address = fresh();
  await contact(ann, { lastName: 'Farmer', email: address });
  expect((await contact(own, { lastName: 'Farmer', email: address })).status).toBe(201);
});

test('accounts with the same web host are duplicates, whatever their names', async () => {
  const first = await as(ann, 'POST', '/accounts', {
    name: 'Wharf',
    website: 'https://www.wharf.example/en',
  });
  const again = { name: 'The Wharf Company', website: 'wharf.example' };
  expect((await as(ann, 'POST', '/accounts', again)).body.duplicates[0]).toMatchObject({
    id: first.body.id,
    rules: [{ rule: { name: 'Same website' } }],
  });
  expect((await as(ann, 'POST', '/accounts', { name: 'Wharf' })).status).toBe(201);
});

test('a warning stops an API key only if its request asks for that, and a block always', async () => {
  const { key } = (await as(company, 'POST', '/api-keys', { name: 'Sync', roleId: wide })).body;
  const sync = { token: key };
  const email = fresh();
  const first = await contact(sync, { lastName: 'Quinn', email });
  const second = await contact(sync, { lastName: 'Quinn', email });
  expect([first.status, second.status]).toEqual([201, 201]);
  const refused = await contact(sync, { lastName: 'Quinn', email }, '?allowDuplicates=false');
  expect([refused.status, refused.body.code, refused.body.isBlocked]).toEqual([
    409,
    'possibleDuplicates',
    false,
  ]);
  const rows = [{ lastName: 'Quinn', email }];
  const many = (more: object) => as(sync, 'POST', '/contacts/bulk', { action: 'create', rows, ...more });
  expect((await many({})).body.counts).toMatchObject({ created: 1 });
  expect((await many({ allowDuplicates: false })).body.counts).toMatchObject({ failed: 1 });
  const conditions = [{ method: 'exact', fields: { contact: ['department'] } }];
  const blocking = await rule(['contact'], conditions, { onCreate: 'block' });
  const body = { lastName: 'Quinn', department: `Hall ${++count}` };
  expect((await contact(sync, body)).status).toBe(201);
  expect((await contact(sync, body)).body).toMatchObject({ isBlocked: true, mayOverride: false });
  await as(company, 'DELETE', `/duplicate-rules/${blocking}`);
});

test('deleted records do not match, and restored ones do', async () => {
  const email = fresh();
  const first = await contact(company, { lastName: 'Gardener', email });
  await as(company, 'DELETE', `/contacts/${first.body.id}`);
  const second = await contact(company, { lastName: 'Gardener', email });
  expect(second.status).toBe(201);
  await as(company, 'DELETE', `/contacts/${second.body.id}`);
  await as(company, 'POST', `/contacts/${first.body.id}/restore`);
  expect((await contact(company, { lastName: 'Gardener', email })).status).toBe(409);
});

test('of two people who create the same at once, one is told', async () => {
  for (let round = 0; round < 5; round++) {
    const email = fresh();
    const both = await Promise.all([
      contact(ann, { lastName: 'Hunter', email }),
      contact(company, { lastName: 'Hunter', email }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  }
});

test('rows of one request are duplicates of each other', async () => {
  const email = fresh();
  const rows = [
    { lastName: 'Ives', email },
    { lastName: 'Jones', email: fresh() },
    { lastName: 'Ives', email },
  ];
  const { body } = await as(ann, 'POST', '/contacts/bulk', { action: 'create', rows });
  expect(body.results.map(({ status }: { status: string }) => status)).toEqual([
    'created',
    'created',
    'failed',
  ]);
  expect(body.results[2].errors[0].code).toBe('possibleDuplicates');
  const allowed = await as(ann, 'POST', '/contacts/bulk', { action: 'create', rows, allowDuplicates: true });
  expect(allowed.body.counts).toMatchObject({ created: 3 });
});

test('allowing duplicates is part of what a repeated request must repeat', async () => {
  const email = fresh();
  await contact(ann, { lastName: 'Kent', email });
  const headers = { 'Idempotency-Key': `duplicates-${email}` };
  const body = { lastName: 'Kent', email };
  expect((await as(ann, 'POST', '/contacts?allowDuplicates=true', body, headers)).status).toBe(201);
  expect((await as(ann, 'POST', '/contacts', body, headers)).body.code).toBe('idempotencyKeyReused');
});

test('a rule that blocks can be overridden only with the right to it', async () => {
  const made = await as(company, 'POST', '/duplicate-rules', {
    name: 'Same mobile number',
    objects: ['contact'],
    conditions: [{ method: 'normalised', fields: { contact: ['mobile'] } }],
    onCreate: 'block',
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await contact(ann, { lastName: 'Lane', mobile: '+49 170 5550101' });
  const again = { lastName: 'Lane', mobile: '+49 (0)170 555-0101' };
  expect((await contact(ann, again)).body).toMatchObject({ isBlocked: true, mayOverride: false });
  expect((await contact(ann, again, '?allowDuplicates=true')).status).toBe(409);
  expect((await contact(company, again)).body).toMatchObject({ isBlocked: true, mayOverride: true });
  expect((await contact(company, again, '?allowDuplicates=true')).status).toBe(201);
  const removed = await as(company, 'DELETE', `/duplicate-rules/${made.body.id}`);
  expect(removed.status).toBe(204);
  expect((await contact(ann, again)).status).toBe(201);
});

/** Creates a rule that warns. @returns its id */
async function rule(objects: string[], conditions: object[], more: object = {}): Promise<string> {
  const body = { name: `Rule ${++count}`, objects, conditions, ...more };
  const answer = await as(company, 'POST', '/duplicate-rules', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}

describe('fields and objects that the company added', () => {
  const field = async (object: string) => {
    const body = { object, name: `key${++count}`, label: `Key ${count}`, type: 'text' };
    const answer = await as(company, 'POST', '/custom-fields', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  };

  test('are compared as any other, also with those of the product', async () => {
    const name = `club${++count}`;
    const names = { name, plural: `${name}s`, label: 'Club', pluralLabel: 'Clubs' };
    const object = (await as(company, 'POST', '/custom-objects', names)).body;
    const [own, other] = [await field(object.name), await field('account')];
    const fields = { [object.name]: [own.key], account: [other.key] };
    const made = await rule(Object.keys(fields), [{ method: 'normalised', fields }]);
    const account = await as(company, 'POST', '/accounts', { name: 'Club', custom: { [other.name]: 'A-1' } });
    expect(account.status).toBe(201);
    const club = { name: 'Club', custom: { [own.name]: 'a 1' } };
    const refused = await as(company, 'POST', object.path, club);
    expect([refused.status, refused.body.code]).toEqual([409, 'possibleDuplicates']);
    expect(refused.body.duplicates[0]).toMatchObject({ object: 'account', id: account.body.id });
    expect(refused.body.duplicates[0].rules[0].conditions[0]).toMatchObject({
      fields: [own.key],
      otherFields: [other.key],
    });
    expect((await as(company, 'POST', `${object.path}?allowDuplicates=true`, club)).status).toBe(201);
    await as(company, 'DELETE', `/duplicate-rules/${made}`);
  });

  test('cannot be deleted while a rule compares them, which the refusal names', async () => {
    const made = await field('account');
    const id = await rule(['account'], [{ method: 'exact', fields: { account: [made.key] } }], {
      isActive: false,
    });
    const refused = await as(company, 'DELETE', `/custom-fields/${made.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'fieldInUse']);
    expect(refused.body.uses).toEqual([{ kind: 'duplicateRule', id, name: expect.stringMatching(/^Rule /) }]);
    await as(company, 'DELETE', `/duplicate-rules/${id}`);
    expect((await as(company, 'DELETE', `/custom-fields/${made.id}`)).status).toBe(204);
  });
});

const keysOf = async (id: string) =>
  (await people.sql('select key from match_key where record_id = $1', [id])).rows.map(({ key }) => key);

test('an erased person leaves no key behind, and matches nobody', async () => {
  const email = fresh();
  const { body } = await contact(company, { lastName: 'Moss', email });
  expect(await keysOf(body.id)).toHaveLength(1);
  const wish = { object: 'contact', id: body.id, reason: 'asked for' };
  expect((await as(company, 'POST', '/audit/erasures', wish)).status).toBe(200);
  expect(await keysOf(body.id)).toEqual([]);
  expect((await contact(company, { lastName: 'Moss', email })).status).toBe(201);
});

test('undo gives a value back although it makes a duplicate, and the record matches again', async () => {
  const email = fresh();
  const first = (await contact(company, { lastName: 'Nash', email })).body.id;
  const changed = await as(company, 'PATCH', `/contacts/${first}`, { email: fresh() });
  expect((await contact(company, { lastName: 'Nash', email })).status).toBe(201);
  const { status } = await as(company, 'POST', '/undo', {
    correlationId: changed.headers['x-correlation-id'],
  });
  expect(status).toBe(200);
  const { duplicates } = (await contact(company, { lastName: 'Nash', email })).body;
  expect(duplicates.map(({ id }: { id: string }) => id)).toContain(first);
});

describe('converting a lead', () => {
  test('is refused if what it makes would be a duplicate, unless the request allows it', async () => {
    const phone = '+49 170 5550199';
    const made = await rule(['contact'], [{ method: 'normalised', fields: { contact: ['phone'] } }]);
    const twin = await contact(company, { lastName: 'Other', phone });
    const lead = await as(company, 'POST', '/leads', {
      lastName: 'Olsen',
      company: `Olsen ${++count}`,
      phone,
    });
    const refused = await as(company, 'POST', `/leads/${lead.body.id}/convert`, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'possibleDuplicates']);
    expect(refused.body.duplicates).toMatchObject([{ object: 'contact', id: twin.body.id, name: 'Other' }]);
    const allowed = await as(company, 'POST', `/leads/${lead.body.id}/convert?allowDuplicates=true`, {});
    expect(allowed.status, JSON.stringify(allowed.body)).toBe(200);
    await as(company, 'DELETE', `/duplicate-rules/${made}`);
  });

  test('does not take the lead for a duplicate of the contact that it becomes', async () => {
    const email = fresh();
    const lead = await as(company, 'POST', '/leads', { lastName: 'Pike', company: `Pike ${++count}`, email });
    const { status, body } = await as(company, 'POST', `/leads/${lead.body.id}/convert`, {});
    expect(status, JSON.stringify(body)).toBe(200);
    expect((await as(company, 'GET', `/contacts/${body.contact.id}`)).body.email).toBe(email);
  });
});
