import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProductWords } from '@pellucid/modules/custom-objects/testing';
import { EndpointRegistry } from '@pellucid/platform/http';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';

/* Making, changing, deleting and restoring objects of a company. */

const WEB_FEATURES = join(import.meta.dirname, '../../web/src/features');

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown, token = company.token): Promise<any> =>
  api.call(method, path, { token, ...(body === undefined ? {} : { body }) });
const codes = (body: any) => (body.errors ?? []).map((e: any) => [e.pointer, e.code]);
let count = 0;
const wish = (more: object = {}) => {
  const name = `thing${++count}`;
  return { name, plural: `${name}s`, label: `Thing ${count}`, pluralLabel: `Things ${count}`, ...more };
};
const made = async (more: object = {}) => {
  const { status, body } = await call('POST', '/custom-objects', wish(more));
  expect(codes(body)).toEqual([]);
  expect(status).toBe(201);
  return body;
};
const addField = async (object: string, name: string, more: object = {}) => {
  const field = { object, name, label: `Label ${name}`, type: 'text', ...more };
  const { status, body } = await call('POST', '/custom-fields', field);
  expect([status, codes(body)]).toEqual([201, []]);
  return body;
};

describe('an object that an administrator makes', () => {
  test('serves its records at once, with fields that are added to it', async () => {
    const object = await made({ icon: 'cube', color: 'teal' });
    expect(object).toMatchObject({ nameField: 'name', version: 1, records: { count: 0, isCapped: false } });
    await addField(object.name, 'size', { type: 'number' });
    const record = await call('POST', object.path, { name: 'First', custom: { size: '3' } });
    expect([record.status, record.body.custom]).toEqual([201, { size: 3 }]);
    expect(record.headers.location ?? record.headers.get?.('location')).toBe(
      `/api/v1${object.path}/${record.body.id}`,
    );
    expect((await call('GET', object.path)).body.data).toHaveLength(1);
    const { data, limit } = (await call('GET', '/custom-objects')).body;
    expect(data.find((o: any) => o.id === object.id).records).toEqual({ count: 1, isCapped: false });
    expect(limit).toBe(50);
  });

  test('is not there for another company', async () => {
    const object = await made();
    const other = await registerCompany(api);
    expect((await call('GET', object.path, undefined, other.token)).status).toBe(404);
    expect((await call('GET', `/custom-objects/${object.id}`, undefined, other.token)).status).toBe(404);
    expect((await call('GET', '/custom-objects', undefined, other.token)).body.data).toEqual([]);
  });

  test('follows the stages of a select field', async () => {
    const object = await made();
    await addField(object.name, 'reason');
    await addField(object.name, 'state', {
      type: 'select',
      options: ['open', 'done', 'closed'].map((value) => ({ value, label: value })),
    });
    const stages = {
      field: 'custom.state',
      moves: { open: ['done'], closed: [] },
      requires: { done: ['custom.reason'] },
    };
    const odd = await call('PATCH', `/custom-objects/${object.id}`, {
      stages: { ...stages, moves: { started: [] } },
    });
    expect([odd.status, codes(odd.body)]).toEqual([422, [['/stages/moves', 'unknownOption']]]);
    expect((await call('PATCH', `/custom-objects/${object.id}`, { stages })).status).toBe(200);
    // Names that are made of other fields leave no name to require, and the other way round.
    const named = { nameField: 'custom.reason', stages: { ...stages, requires: { done: ['name'] } } };
    const nameless = await call('PATCH', `/custom-objects/${object.id}`, named);
    expect([nameless.status, codes(nameless.body)]).toEqual([422, [['/stages/requires', 'unknownField']]]);
    expect((await call('PATCH', `/custom-objects/${object.id}`, { nameField: 'custom.reason' })).status).toBe(
      200,
    );
    const back = { nameField: 'name', stages: named.stages };
    expect((await call('PATCH', `/custom-objects/${object.id}`, back)).status).toBe(200);
    await call('PATCH', `/custom-objects/${object.id}`, { stages });
    const { body: record } = await call('POST', object.path, { name: 'Job', custom: { state: 'open' } });
    const move = (custom: object) => call('PATCH', `${object.path}/${record.id}`, { custom });
    expect(codes((await move({ state: 'closed' })).body)).toEqual([['/custom/state', 'moveNotAllowed']]);
    expect(codes((await move({ state: 'done' })).body)).toEqual([['/custom/reason', 'requiredInStage']]);
    expect((await move({ state: 'done', reason: 'Finished' })).status).toBe(200);
  });

  test('takes a field of its own as the name of its records', async () => {
    const object = await made();
    const early = await call('PATCH', `/custom-objects/${object.id}`, { nameField: 'custom.plate' });
    expect([early.status, codes(early.body)]).toEqual([422, [['/nameField', 'unknownField']]]);
    const field = await addField(object.name, 'plate');
    const changed = await call('PATCH', `/custom-objects/${object.id}`, { nameField: 'custom.plate' });
    expect([changed.status, changed.body.nameField]).toEqual([200, 'custom.plate']);
    const described = (await call('GET', `/objects/${object.name}`)).body;
    expect(described.fields.map((f: any) => f.key)).not.toContain('name');
    const used = await call('DELETE', `/custom-fields/${field.id}`);
    expect([used.status, used.body.code]).toEqual([409, 'fieldInUse']);
    const back = await call('PATCH', `/custom-objects/${object.id}`, { nameField: null });
    expect(back.body.nameField).toBe('name');
  });
});

describe('names', () => {
  test('of objects and routes of the product are refused, whichever they are', async () => {
    const routes = api.app
      .get(EndpointRegistry)
      .all()
      .flatMap(({ path, perTenant }) => (perTenant ? [] : [path.split('/')[1]!]));
    for (const word of new Set(routes)) {
      const { status, body } = await call('POST', '/custom-objects', wish({ plural: word }));
      expect([word, status, codes(body)]).toEqual([word, 422, [['/plural', 'reservedName']]]);
    }
    const pages = globSync(join(WEB_FEATURES, '*/index.ts*'))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/path: '\/([\w-]+)/g)])
      .map(([, word]) => word!);
    expect(pages).toContain('login');
    for (const word of new Set([...pages, 'api', 'assets'])) {
      const { status, body } = await call('POST', '/custom-objects', wish({ plural: word }));
      expect([word, status, codes(body)]).toEqual([word, 422, [['/plural', 'reservedName']]]);
    }
    for (const name of ['account', 'Account', 'legalentity'])
      expect(codes((await call('POST', '/custom-objects', wish({ name }))).body)).toEqual([
        ['/name', 'reservedName'],
      ]);
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'prototype',
    '1st',
    'two words',
    'a/b',
    'ä',
    'a'.repeat(60),
  ])('"%s" is refused', async (word) => {
    const { status, body } = await call('POST', '/custom-objects', wish({ name: word, plural: word }));
    expect(status).toBe(422);
    expect(codes(body).map(([at]: string[]) => at)).toEqual(['/name', '/plural']);
  });

  test('that the product uses are refused with a name that can be used', async () => {
    for (const word of ['custom-fields', '__proto__', 'constructor', 'legalentity']) {
      const { body } = await call('POST', '/custom-objects', wish({ name: word, plural: word }));
      const [{ code, message }] = body.errors;
      expect([word, code]).toEqual([word, 'reservedName']);
      const name = /one, like "([^"]*)"/.exec(message)![1]!;
      expect((await call('POST', '/custom-objects', wish({ name }))).status, name).toBe(201);
    }
  });

  test('of another object of the company are refused, also of a deleted one', async () => {
    const object = await made();
    await call('DELETE', `/custom-objects/${object.id}`);
    for (const more of [{ name: object.name }, { plural: object.plural }, { plural: object.name }])
      expect(codes((await call('POST', '/custom-objects', wish(more))).body)[0][1]).toBe('nameTaken');
  });
});

describe('a deletion', () => {
  test('is refused while there are records, and takes them with it on request', async () => {
    const object = await made();
    const { body: record } = await call('POST', object.path, { name: 'Kept' });
    const refused = await call('DELETE', `/custom-objects/${object.id}`);
    expect([refused.status, refused.body.code, refused.body.count]).toEqual([409, 'objectHasRecords', 1]);
    expect((await call('DELETE', `/custom-objects/${object.id}?records=delete`)).status).toBe(204);
    expect((await call('GET', object.path)).status).toBe(404);
    const audit = await call('GET', `/audit?object=${object.name}`);
    expect(audit.body.data.map((e: any) => [e.verb, e.record.id])).toEqual([['created', record.id]]);
    const { data } = (await call('GET', '/custom-objects?deleted=true')).body;
    expect(data.find((o: any) => o.id === object.id).restorableUntil).toBeDefined();
    expect((await call('POST', `/custom-objects/${object.id}/restore`)).status).toBe(200);
    expect((await call('GET', `${object.path}/${record.id}`)).body.name).toBe('Kept');
    expect((await call('POST', `/custom-objects/${object.id}/restore`)).body.code).toBe('notDeleted');
  });

  test('and the list count the records that the caller sees', async () => {
    const object = await made();
    await call('POST', object.path, { name: 'Unseen' });
    const people = await TestPeople.of(api.database, api, company);
    try {
      const permissions = [{ object: object.name, action: 'read', scope: 'own' as const }];
      const role = await people.role({ permissions, system: ['manageFields'] });
      const { token } = await people.colleague([role]);
      await people.settle();
      const seen = await api.call('GET', `/custom-objects/${object.id}`, { token });
      expect(seen.body.records).toEqual({ count: 0, isCapped: false });
      const { data } = (await api.call('GET', '/custom-objects', { token })).body;
      expect(data.find((o: any) => o.id !== object.id).records.count).toBe(0);
      const refused = await api.call('DELETE', `/custom-objects/${object.id}`, { token });
      expect([refused.status, refused.body.code]).toEqual([409, 'objectHasRecords']);
      expect(refused.body).not.toHaveProperty('count');
    } finally {
      await people.end();
    }
  });

  test('is refused while a field of another object refers to the object', async () => {
    const object = await made();
    const field = await addField('account', `ref${count}`, { type: 'reference', references: object.name });
    const refused = await call('DELETE', `/custom-objects/${object.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'objectReferredTo']);
    expect(refused.body.fields).toMatchObject([{ object: 'account', field: field.key }]);
    await call('DELETE', `/custom-fields/${field.id}`);
    expect((await call('DELETE', `/custom-objects/${object.id}`)).status).toBe(204);
  });
});

test('built-in roles have rights on new objects, and roles keep theirs while an object is deleted', async () => {
  const object = await made({ salesAccess: 'catalog' });
  const roles = (await call('GET', '/roles')).body.data;
  const rights = (key: string) =>
    roles
      .find((r: any) => r.key === key)
      .permissions.filter((p: any) => p.object === object.name)
      .map((p: any) => `${p.action}:${p.scope}`);
  expect(rights('salesRep')).toEqual(['read:all']);
  expect(rights('salesManager')).toEqual(['*:all']);
  const permissions = [{ object: object.name, action: 'read', scope: 'own' }];
  const role = await call('POST', '/roles', { name: 'Viewers', permissions });
  expect([role.status, codes(role.body)]).toEqual([201, []]);
  await call('DELETE', `/custom-objects/${object.id}`);
  const kept = await call('PATCH', `/roles/${role.body.id}`, { name: 'Readers', permissions });
  expect([kept.status, codes(kept.body)]).toEqual([200, []]);
});

test('a member without the right can neither see nor make objects', async () => {
  const reader = await registerCompany(api);
  const role = await call('POST', '/roles', { name: 'Nothing' }, reader.token);
  const key = await call('POST', '/api-keys', { name: 'Key', roleId: role.body.id }, reader.token);
  const secret = key.body.secret ?? key.body.key;
  expect((await call('GET', '/custom-objects', undefined, secret)).status).toBe(403);
  expect((await call('POST', '/custom-objects', wish(), secret)).status).toBe(403);
});

test('a 51st object is refused', async () => {
  const full = await registerCompany(api);
  for (let n = 0; n < 50; n++)
    expect((await call('POST', '/custom-objects', wish(), full.token)).status).toBe(201);
  const { status, body } = await call('POST', '/custom-objects', wish(), full.token);
  expect([status, codes(body)]).toEqual([422, [['', 'tooManyObjects']]]);
});

test("the API document has the company's objects and fields for whoever belongs to it", async () => {
  const object = await made({ name: 'page', plural: 'pagesOfOurs' });
  await addField('page', 'depth', { type: 'number' });
  await addField('contact', 'shoe', { type: 'number' });
  const [own, product] = [
    (await call('GET', '/openapi.json')).body,
    (await api.call('GET', '/openapi.json')).body,
  ];
  const { schemas } = own.components;
  expect(own.paths[`/api/v1${object.path}/{id}`].get['x-object']).toBe('page');
  expect(own.paths[`/api/v1${object.path}`].post.operationId).toBe('custom.createPage');
  expect(schemas['custom.Page'].properties.custom.properties).toHaveProperty('depth');
  expect(schemas.Contact.properties.custom.properties).toHaveProperty('shoe');
  expect(schemas.ContactCreate.properties.custom.properties).toHaveProperty('shoe');
  expect(schemas.Page).toEqual(product.components.schemas.Page);
  expect(product.paths).not.toHaveProperty(`/api/v1${object.path}`);
  expect(JSON.stringify(product)).not.toContain('"shoe"');
  const other = await registerCompany(api);
  expect((await call('GET', '/openapi.json', undefined, other.token)).body).toEqual(product);
  expect((await call('GET', '/openapi.json', undefined, 'wrong')).status).toBe(401);
});

test('an object whose word a later version of the product takes is reported at the start', async () => {
  const words = api.app.get(ProductWords);
  expect(await words.report()).toBe(0);
  const object = await made();
  const owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  const rename = (plural: string) =>
    owner.query('update custom_object set plural = $2 where id = $1', [object.id, plural]);
  try {
    await rename('Contacts');
    expect(await words.report()).toBe(1);
  } finally {
    await rename(object.plural);
    await owner.end();
  }
});
