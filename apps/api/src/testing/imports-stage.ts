import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { registerCompany, type TestApi, type TestCompany } from './api-process.js';
import { listening } from './live-tab.js';

/** A part of a multipart request. */
export type Part = [name: string, value: string | Uint8Array | object, fileName?: string];

async function originOf(api: TestApi): Promise<string> {
  await listening(api);
  return api.app.getUrl();
}

/**
 * Sets up the tests of a file: an API that is asked over a socket, because uploads are streams, and a company of its own
 * for each test.
 * @param begin gives the API
 * @param end ends what was begun for the file alone, once nothing uses it any more
 */
export function importsStage(begin: () => Promise<TestApi>, end = async () => {}) {
  let api: TestApi;
  let origin: string;
  let owner: pg.Client;
  let company: TestCompany;

  beforeAll(async () => {
    api = await begin();
    origin = await originOf(api);
    owner = new pg.Client({ connectionString: api.database.ownerUrl });
    await owner.connect();
  });
  beforeEach(async () => {
    company = await registerCompany(api);
  });
  afterAll(async () => {
    await owner?.end();
    await end();
  });

  const sql = (text: string, values: unknown[] = []) => owner.query(text, values);
  const call = (method: string, path: string, body?: unknown, token = company.token) =>
    api.call(method, path, { token, body });
  const get = async (path: string, token = company.token) => (await call('GET', path, undefined, token)).body;

  /** Posts multipart parts in the given order. */
  async function post(
    path: string,
    parts: Part[],
    headers: Record<string, string> = {},
    token = company.token,
  ) {
    const form = new FormData();
    for (const [name, value, fileName] of parts) {
      const isFile = fileName !== undefined;
      if (isFile) form.append(name, new Blob([value as string]), fileName);
      else form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
    }
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...headers },
      body: form,
    });
    return { status: answer.status, body: (await answer.json()) as any };
  }
  const upload = (content: string | Uint8Array, options: object, path = '/imports') =>
    post(path, [
      ['file', content, 'file.csv'],
      ['options', options],
    ]);

  async function start(content: string | Uint8Array, options: object): Promise<string> {
    const { status, body } = await upload(content, options);
    expect(body).toEqual({ id: expect.any(String) });
    expect(status).toBe(202);
    return body.id;
  }
  /** Starts a preview, and waits for its end. */
  async function preview(content: string | Uint8Array, options: object) {
    const { status, body } = await upload(content, options, '/imports/preview');
    expect(body).toEqual({ id: expect.any(String) });
    expect(status).toBe(202);
    return ended(body.id as string);
  }
  const ended = (id: string) =>
    eventually(async () => {
      const run = await get(`/imports/${id}`);
      return ['completed', 'failed', 'cancelled'].includes(run.status) ? run : null;
    });
  const run = async (content: string | Uint8Array, options: object) => ended(await start(content, options));

  return {
    get api() {
      return api;
    },
    get origin() {
      return origin;
    },
    get company() {
      return company;
    },
    sql,
    /** The number that the query gives. */
    scalar: async (text: string, values: unknown[] = []) =>
      Number((await sql(`select (${text}) as n`, values)).rows[0].n),
    call,
    /** The body of an answer. */
    get,
    post,
    /** Uploads a file to be imported. */
    upload,
    /** Starts an import. Returns its ID. */
    start,
    /** Waits for the end of an import. */
    ended,
    /** Imports a file to the end. */
    run,
    /** Previews a file to the end. */
    preview,
    /** The names of the company's files. */
    storedFiles: () =>
      readdir(join(api.config.PELLUCID_DATA_DIR, 'files', company.tenantId)).catch(() => [] as string[]),
    errorsOf: async (id: string) => String(await get(`/imports/${id}/errors.csv`)),
  };
}
