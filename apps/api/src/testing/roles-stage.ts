import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './api-process.js';
import { type Colleague, TestPeople } from './colleagues.js';

/** A permission as a role has it. */
export const may = (object: string, action: string, scope = 'all', more = {}) => ({
  object,
  action,
  scope,
  ...more,
});

/** Pointer and code of each problem of an answer. */
export const pointersOf = (answer: { body: any }) =>
  answer.body.errors?.map((e: { pointer: string; code: string }) => [e.pointer, e.code]);

/** Sets up the tests of a file: the shared API, and a company of its own for each test. */
export function rolesStage() {
  let api: TestApi;
  let company: TestCompany;
  let people: TestPeople;

  beforeAll(async () => {
    api = await sharedApi();
  });
  beforeEach(async () => {
    company = await registerCompany(api);
    people = await TestPeople.of(api.database, api, company);
  });
  afterEach(() => people?.end());

  const as = (who: { token: string }, method: string, path: string, body?: unknown, headers = {}) =>
    api.call(method, path, { token: who.token, body, headers });
  const call = (method: string, path: string, body?: unknown, headers = {}) =>
    as(company, method, path, body, headers);
  return {
    get api() {
      return api;
    },
    get company() {
      return company;
    },
    get people() {
      return people;
    },
    as,
    /** Sends a request as the administrator. */
    call,
    roleOf: async (key: string) =>
      (await call('GET', '/roles')).body.data.find((role: { key: string }) => role.key === key),
    /** Creates a role. Returns it. */
    made: async (body: object): Promise<any> => {
      const answer = await call('POST', '/roles', { name: `Role ${randomUUID()}`, ...body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body;
    },
    /** A person with these roles. */
    join: async (roleIds: string[]): Promise<Colleague> => {
      const who = await people.colleague(roleIds);
      await people.settle();
      return who;
    },
    /** Events of the company with this verb. */
    eventsOf: async (verb: string) =>
      (
        await people.sql(
          'select object, record_id, changes from record_event where tenant_id = $1 and verb = $2 order by id',
          [company.tenantId, verb],
        )
      ).rows,
  };
}
