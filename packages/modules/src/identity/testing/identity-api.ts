import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DynamicModule, Global, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccessModule } from '@pellucid/platform/access';
import { CONFIG, type Config, loadConfig } from '@pellucid/platform/config';
import { CryptoModule } from '@pellucid/platform/crypto';
import { DatabaseModule } from '@pellucid/platform/db';
import { EventsModule } from '@pellucid/platform/events';
import { createApiApplication, ERROR_LOG, HttpModule } from '@pellucid/platform/http';
import { JobsModule } from '@pellucid/platform/jobs';
import { LOGGER, ObservabilityModule } from '@pellucid/platform/observability';
import { OutboundModule } from '@pellucid/platform/outbound';
import { RateLimitsModule } from '@pellucid/platform/rate-limits';
import { RecordsModule } from '@pellucid/platform/records';
import { TenancyRegistriesModule } from '@pellucid/platform/tenancy';
import { type TestDatabase, testEnvironment } from '@pellucid/platform/testing';
import { vi } from 'vitest';
import { AccessHttpModule } from '../../access/http/access.http-module.js';
import { coreModules } from '../../lists/core.generated.js';
import { recordDescriptors } from '../../lists/records.generated.js';
import { workerModules } from '../../lists/worker.generated.js';
import { TenancyHttpModule } from '../../tenancy/http/tenancy.http-module.js';
import { IdentityHttpModule } from '../http/identity.http-module.js';

@Global()
@Module({})
class Environment {
  static of(config: Config): DynamicModule {
    return {
      module: Environment,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: ERROR_LOG, useExisting: LOGGER },
      ],
      exports: [CONFIG, ERROR_LOG],
    };
  }
}

@Module({})
class TestProcess {
  static of(config: Config, kind: 'api' | 'worker', modules: DynamicModule['imports']): DynamicModule {
    return {
      module: TestProcess,
      imports: [
        Environment.of(config),
        DatabaseModule,
        CryptoModule,
        AccessModule.forRoot(recordDescriptors),
        ObservabilityModule.forProcess(kind),
        kind === 'api' ? JobsModule.forApi() : JobsModule.forWorker(),
        kind === 'api' ? OutboundModule.forApi() : OutboundModule.forWorker(),
        RateLimitsModule,
        TenancyRegistriesModule,
        RecordsModule.forRoot(recordDescriptors, { http: kind === 'api' }),
        ...(kind === 'worker' ? [EventsModule.forWorker()] : []),
        ...coreModules,
        ...(modules ?? []),
      ],
    };
  }
}

/** A response as tests check it. */
export interface Answer {
  status: number;
  body: any;
  headers: Record<string, any>;
  /** Value of the refresh cookie, if one was set. */
  refresh: string | undefined;
  setCookie: string;
}

/** Options of a request. */
export interface Call {
  body?: unknown;
  token?: string;
  refresh?: string;
  headers?: Record<string, string>;
  /** IP address that the request comes from. */
  from?: string;
}

/** An API process over a test database; it is called over HTTP without a socket. */
export interface IdentityApi {
  app: Awaited<ReturnType<typeof createApiApplication>>;
  config: Config;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Starts an API with tenancy, identity and the record endpoints.
 * @param environment variables that override the defaults
 */
export async function identityApi(
  database: TestDatabase,
  environment: Record<string, string> = {},
): Promise<IdentityApi> {
  const config = loadConfig({ ...testEnvironment(database), ...environment });
  const modules = [TenancyHttpModule, IdentityHttpModule, AccessHttpModule];
  const app = await createApiApplication(
    // HttpModule comes last: its guard needs what identity and the limits export.
    TestProcess.of(config, 'api', [...modules, HttpModule] as never) as never,
    config,
  );
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    app,
    config,
    async call(method, path, { body, token, refresh, headers, from } = {}) {
      const answer = await app.inject({
        method: method as 'GET',
        url: path.startsWith('/api/') ? path : `/api/v1${path}`,
        remoteAddress: from ?? '198.51.100.1',
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(refresh ? { cookie: `pellucid_refresh=${refresh}` } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const setCookie = [answer.headers['set-cookie'] ?? ''].flat().join('; ');
      return {
        status: answer.statusCode,
        body: answer.body === '' ? undefined : JSON.parse(answer.body),
        headers: answer.headers,
        refresh: /pellucid_refresh=([^;]+)/.exec(setCookie)?.[1],
        setCookie,
      };
    },
    close: () => app.close(),
  };
}

/** Starts a worker in addition to the API, with the same data directory. */
export async function identityWorker(config: Config): Promise<INestApplicationContext> {
  const worker = await NestFactory.createApplicationContext(
    TestProcess.of(config, 'worker', workerModules) as never,
    { logger: false, abortOnError: false },
  );
  await worker.init();
  return worker;
}

/** Waits for the nth mail to the address and returns its token. */
export async function mailedToken(config: Config, to: string, nth = 1): Promise<string> {
  return vi.waitFor(
    async () => {
      const mails = await mailsTo(config, to);
      const link = /\?token=3D([\w-]+)|\?token=([\w-]+)/.exec(unfold(mails[nth - 1] ?? ''));
      if (!link) throw new Error(`no mail ${nth} to ${to} yet`);
      return (link[1] ?? link[2])!;
    },
    { timeout: 60_000, interval: 50 },
  );
}

/** Returns the mails to the address, oldest first, without confirmations. */
export async function mailsTo(config: Config, to: string): Promise<string[]> {
  return (await allMailsTo(config, to)).filter((mail) => !isConfirmation(mail));
}

async function allMailsTo(config: Config, to: string): Promise<string[]> {
  const folder = join(config.PELLUCID_DATA_DIR, 'outbox');
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.eml')).sort();
  const mails = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return mails.filter((mail) => mail.includes(`To: ${to}`));
}

/** Waits for the nth confirmation mail to the address and returns its token. */
export async function confirmationToken(config: Config, to: string, nth = 1): Promise<string> {
  return vi.waitFor(
    async () => {
      const mails = (await allMailsTo(config, to)).filter(isConfirmation);
      const link = /\?token=3D([\w-]+)|\?token=([\w-]+)/.exec(unfold(mails[nth - 1] ?? ''));
      if (!link) throw new Error(`no mail ${nth} that confirms ${to} yet`);
      return (link[1] ?? link[2])!;
    },
    { timeout: 60_000, interval: 50 },
  );
}

const isConfirmation = (mail: string) => unfold(mail).includes('/verify-email?token=');

/** Removes the soft line breaks of quoted-printable. */
const unfold = (mail: string) => mail.replace(/=\r?\n/g, '');

let count = 0;
/** Returns a unique registration. */
export function registration(change: Record<string, unknown> = {}) {
  count++;
  const id = `${process.pid}-${count}-${Math.random().toString(36).slice(2, 8)}`;
  return {
    companyName: `Company ${id}`,
    subdomain: `co-${id}`,
    name: 'Ann Admin',
    email: `ann-${id}@example.com`,
    password: 'violet kettle harbour 71',
    ...change,
  };
}
