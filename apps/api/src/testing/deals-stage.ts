import { beforeAll, expect } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './api-process.js';

/** Code of each problem of an answer, by pointer. */
export const problems = (body: { errors: { pointer: string; code: string }[] }) =>
  Object.fromEntries(body.errors.map((e) => [e.pointer, e.code]));

/** Sets up the tests of a file: the shared API, and a company with the pipeline of every new company. */
export function dealsStage() {
  let api: TestApi;
  let company: TestCompany;
  let stages: Record<string, string>;
  let pipeline: string;

  beforeAll(async () => {
    api = await sharedApi();
    company = await registerCompany(api);
    const list = (await call('GET', '/stages?limit=50')).body.data;
    stages = Object.fromEntries(list.map((s: { name: string; id: string }) => [s.name, s.id]));
    pipeline = list[0].pipeline.id;
  });

  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    api.call(method, path, { token: company.token, body, ...(headers ? { headers } : {}) });
  async function made(path: string, body: unknown) {
    const answer = await call('POST', path, body);
    expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
    return answer.body;
  }
  return {
    get api() {
      return api;
    },
    get company() {
      return company;
    },
    /** IDs of the default pipeline's stages by name. */
    get stages() {
      return stages;
    },
    /** ID of the default pipeline. */
    get pipeline() {
      return pipeline;
    },
    /** Sends a request as the administrator. */
    call,
    /** Creates a record. Returns it. */
    made,
    deal: (values: Record<string, unknown> = {}) => made('/opportunities', values),
    account: () => made('/accounts', { name: `Account ${crypto.randomUUID()}` }),
    product: (values: Record<string, unknown> = {}) =>
      made('/products', { name: `Product ${crypto.randomUUID()}`, ...values }),
  };
}
