import { fileURLToPath } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { testDatabase } from '@pellucid/platform/testing';
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
  shared ??= testDatabase().then(async (database) => {
    const api = await testApi(database);
    return { ...api, worker: await workerBeside(api) };
  });
  return shared;
}
