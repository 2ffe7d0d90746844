import { AccessDirectory } from '@pellucid/platform/access';
import { RecordRegistry } from '@pellucid/platform/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { inOrderOfNeed, minimalRecord } from './testing/seeded-world.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
/** Deactivated once they own a record of each kind. */
let gone: string;
/** By object: a record of the leaver and one of somebody else. */
const theirs: Record<string, string> = {};
const others: Record<string, string> = {};

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
async function made(path: string, body: unknown): Promise<string> {
  const answer = await call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}
const personFields = () =>
  api.app
    .get(RecordRegistry)
    .product()
    .filter(({ operations }) => operations.create)
    .flatMap((descriptor) =>
      descriptor.fields
        .filter((f) => f.references === 'member' && !f.readOnly)
        .map((f) => ({ descriptor, key: f.key })),
    );
const pointers = (answer: { body: any }) =>
  answer.body.errors?.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`);

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  gone = (await people.colleague([])).memberId;
  api.app.get(AccessDirectory).forget(company.tenantId);
  for (const descriptor of inOrderOfNeed(api.app.get(RecordRegistry).product())) {
    if (!descriptor.operations.create) continue;
    const fields = personFields().filter((f) => f.descriptor.key === descriptor.key);
    const named = Object.fromEntries(fields.map(({ key }) => [key, gone]));
    others[descriptor.key] = await made(`/${descriptor.plural}`, minimalRecord(descriptor, others));
    theirs[descriptor.key] = await made(`/${descriptor.plural}`, {
      ...minimalRecord(descriptor, others),
      ...named,
    });
  }
  expect((await call('POST', `/members/${gone}/deactivate`)).status).toBe(204);
});
afterAll(() => people?.end());

test('no field that names people accepts a deactivated person', async () => {
  const fields = personFields();
  expect(fields.map(({ descriptor, key }) => `${descriptor.key}.${key}`)).toEqual(
    expect.arrayContaining(['account.owner', 'team.manager', 'member.manager', 'opportunity.owner']),
  );
  const taken: string[] = [];
  for (const { descriptor, key } of fields) {
    const { plural } = descriptor;
    const id = others[descriptor.key]!;
    const body = { ...minimalRecord(descriptor, others), [key]: gone };
    const expected = [`/${key} personLeft`];
    const answers = {
      create: pointers(await call('POST', `/${plural}`, body)),
      update: pointers(await call('PATCH', `/${plural}/${id}`, { [key]: gone })),
      bulk: (
        await call('POST', `/${plural}/bulk`, { action: 'update', ids: [id], changes: { [key]: gone } })
      ).body.results?.[0].errors?.map((e: any) => `${e.pointer} ${e.code}`),
    };
    for (const [way, found] of Object.entries(answers))
      if (JSON.stringify(found) !== JSON.stringify(expected))
        taken.push(`${way} ${descriptor.key}.${key}: ${JSON.stringify(found)}`);
  }
  expect(taken).toEqual([]);
});

test('their records keep them as owner, whatever else changes, until they are reassigned', async () => {
  for (const { descriptor, key } of personFields()) {
    const path = `/${descriptor.plural}/${theirs[descriptor.key]}`;
    const same = await call('PATCH', path, { [key]: gone, externalId: crypto.randomUUID() });
    expect([same.status, same.body[key]?.id], `${path} ${key}`).toEqual([200, gone]);
  }
  const account = `/accounts/${theirs['account']}`;
  expect((await call('PATCH', account, { owner: company.memberId })).status).toBe(200);
  expect(pointers(await call('PATCH', account, { owner: gone }))).toEqual(['/owner personLeft']);
  // Restoring an earlier version is a change like any other.
  const back = await call('POST', `${account}/restore-version`, { version: 1 });
  expect(pointers(back)).toEqual(['/owner personLeft']);
});

test('records converted from their leads belong to the converting user', async () => {
  const lead = theirs['lead'];
  const { body } = await call('POST', `/leads/${lead}/convert`, { createOpportunity: true });
  for (const [plural, record] of [
    ['accounts', body.account],
    ['contacts', body.contact],
    ['opportunities', body.opportunity],
  ])
    expect((await call('GET', `/${plural}/${record.id}`)).body.owner.id, plural).toBe(company.memberId);
});
