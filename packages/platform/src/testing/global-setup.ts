import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrationScripts, postgresScripts, roleScripts, systemPackageScripts } from '../runtime/index.js';
import './provided-context.js';

/**
 * Runs once per test run: starts Postgres (or uses the one at PELLUCID_TEST_DATABASE_URL, an admin's URL) and creates
 * the roles and a template database with all migrations, which tests clone. See test-database.ts.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { ensureSystemPackage } = await systemPackageScripts();
  for (const name of ['redis-server', 'pgbouncer']) ensureSystemPackage(name);
  const { deriveRolePasswords, ensureRoles, withUrl } = await roleScripts();
  const { deployMigrations } = await migrationScripts();

  const given = process.env['PELLUCID_TEST_DATABASE_URL'];
  const server = given ? null : await (await postgresScripts()).startThrowawayPostgres({ kind: 'test' });
  const adminUrl = given ?? server!.adminUrl;

  const run = randomBytes(4).toString('hex');
  const folder = mkdtempSync(join(tmpdir(), `pellucid-run-${run}-`));
  const teardown = async () => {
    if (server) await server.stop();
    else await dropDatabases(adminUrl, `pellucid_test_${run}_`);
    // The processes of the tests are ending now, and may still write a file. An error would fail the run.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };

  try {
    // Roles belong to the whole server. On a permanent one, every run must derive the same passwords.
    const passwords = deriveRolePasswords(decodeURIComponent(new URL(adminUrl).password));
    const template = `pellucid_test_${run}_template`;
    const { ownerUrl } = await ensureRoles(withUrl(adminUrl, { database: template }), passwords);
    await deployMigrations(ownerUrl);
    project.provide('pellucid', { adminUrl, passwords, template, run, folder });
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

/** Removes everything of the run from a server that outlives it. */
async function dropDatabases(adminUrl: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    prefix,
  ]);
  for (const { datname } of rows) {
    await client.query(`DROP DATABASE ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
  }
  await client.end();
}
