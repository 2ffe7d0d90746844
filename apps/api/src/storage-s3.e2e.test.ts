import { readdir } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { type TestDatabase, type TestS3, testDatabase, testS3 } from '@pellucid/platform/testing';
import { expect, test } from 'vitest';
import { testApi } from './testing/api-process.js';
import { importsStage } from './testing/imports-stage.js';
import { workerBeside } from './testing/worker-in-process.js';

/* API and worker that share a bucket for their files. */

let database: TestDatabase;
let s3: TestS3;
let worker: INestApplicationContext | undefined;
const stage = importsStage(
  async () => {
    [database, s3] = await Promise.all([testDatabase(), testS3()]);
    return testApi(database, [], undefined, s3.environment);
  },
  async () => {
    await worker?.close();
    await stage.api?.close();
    await s3?.stop();
    await database?.drop();
  },
);

test('a file that the API has put into the bucket is imported by the worker, and unreadable in between', async () => {
  const rows = Array.from({ length: 2_000 }, (_, n) => `Somebody ${n},somebody@${n}.example`);
  const id = await stage.start(`Name,Email\n${rows.join('\n')}\n`, {
    object: 'contact',
    mode: 'create',
    mapping: { Name: 'lastName', Email: 'email' },
  });
  expect(await stage.storedFiles()).toEqual([]);
  const objects = await readdir(s3.folder, { recursive: true });
  expect(objects.filter((path) => path.includes(stage.company.tenantId)).length).toBeGreaterThan(0);
  worker = await workerBeside(stage.api);
  const run = await stage.ended(id);
  expect([run.status, run.counts.created]).toEqual(['completed', rows.length]);
});
