import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Provider {
  provide(key: 'pellucid', value: { adminUrl: string }): void;
}

/** Provides a real Postgres for the tests: the one at PELLUCID_TEST_DATABASE_URL, else a temporary one. */
export default async function setup(project: unknown): Promise<() => Promise<void>> {
  const given = process.env['PELLUCID_TEST_DATABASE_URL'];
  if (given) {
    (project as Provider).provide('pellucid', { adminUrl: given });
    return async () => {};
  }
  const directory = mkdtempSync(join(tmpdir(), 'pellucid-conditions-'));
  // A script of the repository, not of a package, so it is loaded by path.
  const script = new URL('../../../scripts/runtime/embedded-postgres.mjs', import.meta.url).href;
  const { startThrowawayPostgres } = await import(script);
  const server = await startThrowawayPostgres({ directory });
  (project as Provider).provide('pellucid', { adminUrl: server.adminUrl });
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
