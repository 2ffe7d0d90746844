import { fileURLToPath } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { type TestApi, testApi } from './api-process.js';

const WORKER_MODULE = fileURLToPath(new URL('../../../worker/src/worker.module.ts', import.meta.url));

/**
 * Starts the worker of an API within this process, which saves starting Node. Tests that kill a worker need one in its
 * own process.
 */
export async function workerBeside(api: TestApi): Promise<INestApplicationContext> {
  const { WorkerModule } = await import(WORKER_MODULE);
  return NestFactory.createApplicationContext(WorkerModule.of(api.config), {
    logger: false,
    abortOnError: false,
  });
}

/** An API with a worker beside it. */
export interface WorkingApi extends TestApi {
  worker: INestApplicationContext;
}

let shared: Promise<WorkingApi> | undefined;

/**
 * An API with a worker, shared by all files of a test process that need jobs done and events delivered. It has its own
 * database, separate from that of sharedApi(), and ends with the process.
 */
export function sharedWorkingApi(): Promise<WorkingApi> {
  shared ??= testDatabase().then((database) => workingApi(database));
  return shared;
}

/** An API with a worker over a database. @param settings further environment variables of both */
export async function workingApi(
  database: TestDatabase,
  settings: Record<string, string> = {},
): Promise<WorkingApi> {
  const api = await testApi(database, [], undefined, settings);
  const worker = await workerBeside(api);
  return {
    ...api,
    worker,
    close: async () => {
      await worker.close();
      await api.close();
    },
  };
}

/**
 * For sweeps, which send thousands of requests with the same statements: they are planned once, as in a product without a
 * pooler. Planning takes three quarters of the database's time otherwise. Tests whose statements are all different
 * get slower by it.
 */
export const PLANNED_ONCE = { PELLUCID_DB_PREPARE: 'on' };
