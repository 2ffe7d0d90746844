import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An S3 server with one bucket, for one test file. */
export interface TestS3 {
  bucket: string;
  endpoint: string;
  /** Folder in which the server stores objects and unfinished uploads as files. */
  folder: string;
  /** Environment variables with which a process stores its files in the bucket. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts an S3 server within this process, on a free port. */
export async function testS3(): Promise<TestS3> {
  // Loaded here, because only few tests need it.
  const { startFauxqs } = await import('fauxqs');
  const folder = await mkdtemp(join(tmpdir(), 'pellucid-s3-'));
  const server = await startFauxqs({ port: 0, logger: false, s3StorageDir: folder });
  const bucket = 'test-files';
  server.createBucket(bucket);
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    bucket,
    endpoint,
    folder,
    environment: {
      PELLUCID_S3_BUCKET: bucket,
      PELLUCID_S3_ENDPOINT: endpoint,
      PELLUCID_S3_ACCESS_KEY_ID: 'test',
      PELLUCID_S3_SECRET_ACCESS_KEY: 'test',
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
