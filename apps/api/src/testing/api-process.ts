import { AsyncLocalStorage } from 'node:async_hooks';
import { randomInt } from 'node:crypto';
import { Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Config, loadConfig } from '@pellucid/platform/config';
import { createApiApplication } from '@pellucid/platform/http';
import { sharedDatabase, type TestDatabase, testEnvironment } from '@pellucid/platform/testing';
import { AppModule } from '../app.module.js';
import { createApi } from '../bootstrap.js';

/** An answer of the API, as tests read it. */
export interface ApiAnswer {
  status: number;
  /** Parsed if it is JSON, else text. */
  body: any;
  headers: Record<string, unknown>;
}

/** Contents of a request. */
export interface ApiCall {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The whole API over a test database, called without a socket. */
export interface TestApi {
  app: NestFastifyApplication;
  config: Config;
  database: TestDatabase;
  /** Its environment variables, for a worker beside it. */
  environment: Record<string, string>;
  call(method: string, path: string, call?: ApiCall): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/**
 * Starts the API on a test database as its own process would.
 * @param planted controllers to add, so that a check can be shown to find their faults
 * @param replicaOf a process whose secrets and data directory it shares
 * @param settings further environment variables
 */
export async function testApi(
  database: TestDatabase,
  planted: Type<unknown>[] = [],
  replicaOf?: TestApi,
  settings: Record<string, string> = {},
): Promise<TestApi> {
  const environment = {
    ...(replicaOf?.environment ?? { ...testEnvironment(database), PELLUCID_RATE_LIMITS: 'off' }),
    ...settings,
  };
  const config = loadConfig(environment);
  const app = planted.length > 0 ? await apiWith(planted, config) : await createApi(config);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  // A request that arrives over a socket isn't inside whatever the test is doing.
  const arriving = AsyncLocalStorage.snapshot();
  return {
    app,
    config,
    database,
    environment,
    async call(method, path, { token, body, headers } = {}) {
      const request = {
        method: method.toUpperCase() as 'GET',
        url: path.startsWith('/api/') ? path : `/api/v1${path}`,
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      };
      const answer = await arriving(async () => app.inject(request));
      const isJson = /[/+]json/.test(String(answer.headers['content-type'] ?? ''));
      return {
        status: answer.statusCode,
        body: isJson && answer.body ? JSON.parse(answer.body) : answer.body,
        headers: answer.headers,
      };
    },
    close: () => app.close(),
  };
}

let shared: Promise<TestApi> | undefined;

/**
 * The one API shared by all files of a test process, over the shared database. It ends with the process; nobody closes
 * it. No worker runs beside it, so jobs and events stay queued until a test processes them.
 */
export function sharedApi(): Promise<TestApi> {
  shared ??= sharedDatabase().then((database) => testApi(database));
  return shared;
}

async function apiWith(controllers: Type<unknown>[], config: Config): Promise<NestFastifyApplication> {
  @Module({ imports: [AppModule.of(config)], controllers })
  class PlantedModule {}
  return createApiApplication(PlantedModule, config);
}

/** A company with its administrator logged in. */
export interface TestCompany {
  tenantId: string;
  memberId: string;
  token: string;
  email: string;
  password: string;
}

/** Letters that make up no word and no currency: a name of all consonants may contain "chf". */
const LETTERS = 'jkqvwxz';

/** Random letters for a name that nothing else has, and that matches nothing that a test searches for. */
export function randomLetters(count = 14): string {
  return Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** Registers a new company. */
export async function registerCompany(api: TestApi): Promise<TestCompany> {
  const id = randomLetters();
  const email = `admin-${id}@example.com`;
  const password = `violet kettle harbour ${id}`;
  const answer = await api.call('POST', '/auth/register', {
    body: { companyName: `Company ${id}`, subdomain: `co-${id}`, name: 'Ada Admin', email, password },
  });
  if (answer.status !== 201)
    throw new Error(`no company could be registered: ${answer.status} ${JSON.stringify(answer.body)}`);
  return {
    tenantId: answer.body.tenant.id,
    memberId: answer.body.user.memberId,
    token: answer.body.accessToken,
    email,
    password,
  };
}
