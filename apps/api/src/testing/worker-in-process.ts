import { fileURLToPath } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { testDatabase } from '@pellucid/platform/testing';
import { type TestApi, testApi } from './api-process.js';

const WORKER_MODULE = fileURLToPath(new URL('../../../worker/src/worker.module.ts', import.meta.url));

/** Starts the worker that belongs to an API, in this process: it costs no start of Node. To be killed, take one of its own. */
export async function workerBeside(api: TestApi): Promise<INestApplicationContext> {
  const { WorkerModule } = await import(WORKER_MODULE);
  return NestFactory.createApplicationContext(WorkerModule.of(api.config), {
    logger: false,
    abortOnError: false,
  });
}

/** An API and the worker beside it. */
export interface WorkingApi extends TestApi {
  worker: INestApplicationContext;
}

let shared: Promise<WorkingApi> | undefined;

/**
 * An API with a worker, which all files of a test process share that need jobs done and events delivered. It has a
 * database of its own, beside that of sharedApi(), and goes with the process.
 */
export function sharedWorkingApi(): Promise<WorkingApi> {
  shared ??= testDatabase().then(async (database) => {
    const api = await testApi(database);
    return { ...api, worker: await workerBeside(api) };
  });
  return shared;
}
