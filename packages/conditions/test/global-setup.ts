import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Provider {
  provide(key: 'pellucid', value: { adminUrl: string }): void;
}

/** Gives the tests a real Postgres: the one of PELLUCID_TEST_DATABASE_URL, else one to throw away. */
export default async function setup(project: unknown): Promise<() => Promise<void>> {
  const given = process.env['PELLUCID_TEST_DATABASE_URL'];
  if (given) {
    (project as Provider).provide('pellucid', { adminUrl: given });
    return async () => {};
  }
  const directory = mkdtempSync(join(tmpdir(), 'pellucid-conditions-'));
  // A script of the repository, not of a package: loaded by path.
  const script = new URL('../../../scripts/runtime/embedded-postgres.mjs', import.meta.url).href;
  const { startThrowawayPostgres } = await import(script);
  const server = await startThrowawayPostgres({ directory });
  (project as Provider).provide('pellucid', { adminUrl: server.adminUrl });
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
