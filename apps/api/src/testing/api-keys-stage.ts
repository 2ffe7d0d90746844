import { afterAll, beforeAll, expect, vi } from 'vitest';
import {
  type ApiCall,
  registerCompany,
  sharedApi,
  type TestApi,
  testApi,
  type TestCompany,
} from './api-process.js';
import { TestPeople } from './colleagues.js';

/** A request that is made with the key. */
export const using = (key: string, call: ApiCall = {}): ApiCall => ({ ...call, token: key });
/** The key with another secret. */
export const wrongSecret = (key: string) => `${key.slice(0, -43)}${'A'.repeat(43)}`;

/**
 * Sets up the tests of a file: the shared API, a company, and another replica if asked for, which shares only the
 * database and the master key.
 */
export function apiKeysStage({ withReplica = false } = {}) {
  let api: TestApi;
  let replica: TestApi;
  let company: TestCompany;
  let people: TestPeople;
  let roles: Record<string, string>;

  beforeAll(async () => {
    api = await sharedApi();
    if (withReplica) replica = await testApi(api.database);
    company = await registerCompany(api);
    people = await TestPeople.of(api.database, api, company);
    roles = await rolesOf(company);
  });
  afterAll(async () => {
    await people?.end();
    await replica?.close();
  });

  async function rolesOf({ token }: TestCompany): Promise<Record<string, string>> {
    const { data } = (await api.call('GET', '/roles', { token })).body;
    return Object.fromEntries(data.map((role: { key: string; id: string }) => [role.key, role.id]));
  }
  /** Outcome of a request with the key, as status and code. */
  const outcome = async (key: string, from = api) => {
    const { status, body } = await from.call('GET', '/accounts?limit=1', using(key));
    return status === 200 ? 'allowed' : `${status} ${body.code}`;
  };

  return {
    get api() {
      return api;
    },
    get replica() {
      return replica;
    },
    get company() {
      return company;
    },
    get people() {
      return people;
    },
    /** IDs of the company's roles by key. */
    get roles() {
      return roles;
    },
    /** Sends a request as the administrator. */
    admin: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      api.call(method, path, { token: company.token, headers, ...(body === undefined ? {} : { body }) }),
    /** Creates a key. Returns its ID and text. */
    async make(given: Record<string, unknown> = {}, of = company): Promise<{ id: string; key: string }> {
      const { companyAdmin } = await rolesOf(of);
      const body = { name: 'Shop', roleId: companyAdmin, ...given };
      const answer = await api.call('POST', '/api-keys', { token: of.token, body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body;
    },
    outcome,
    /** Waits until requests with the key have this outcome. */
    soon: (key: string, expected: string, from = api) =>
      vi.waitUntil(async () => (await outcome(key, from)) === expected, { timeout: 60_000, interval: 25 }),
    /** Changes the key's row behind the API's back. Every replica sees the change. */
    async setRow(id: string, assignment: string): Promise<void> {
      await people.sql(`update api_key set ${assignment} where id = $1`, [id]);
      await people.sql('update tenant set access_version = access_version + 1 where id = $1', [
        company.tenantId,
      ]);
    },
    /** The key's events in the log. */
    events: async (id: string) =>
      (
        await people.sql(
          `select verb, actor_kind as actor, actor_id as "actorId", changes, origin from record_event
            where object = 'security.apiKey' and record_id = $1 order by id`,
          [id],
        )
      ).rows,
  };
}
