import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { roleScripts, type RoleUrls } from '../runtime/index.js';
import './provided-context.js';

/** The caller's own database, migrated and empty, with the URL of each role. */
export interface TestDatabase extends RoleUrls {
  /** URL of the superuser in this database. */
  adminUrl: string;
  name: string;
  /** Creates a temporary folder that is removed with the database. @param kind part of its name */
  folder(kind: string): string;
  /** Drops it and closes connections that are still open. */
  drop(): Promise<void>;
}

/**
 * Clones the migrated template, in some 50 ms instead of running all migrations. For tests that kill processes, change
 * keys or check tables as a whole. Other tests share a database and use their own companies: see sharedDatabase().
 */
export async function testDatabase(): Promise<TestDatabase> {
  const { adminUrl, passwords, template, run, folder: runFolder } = inject('pellucid');
  const { grantDatabase, roleUrls, withUrl } = await roleScripts();
  const name = `pellucid_test_${run}_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER pellucid_owner`);
    await grantDatabase(client, name);
  });
  const folders: string[] = [];
  const ownAdminUrl = withUrl(adminUrl, { database: name });
  return {
    ...roleUrls(ownAdminUrl, passwords),
    adminUrl: ownAdminUrl,
    name,
    folder: (kind) => {
      const folder = mkdtempSync(join(runFolder, `${kind}-`));
      folders.push(folder);
      return folder;
    },
    drop: async () => {
      await asAdmin(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

let shared: Promise<TestDatabase> | undefined;

/**
 * Returns the database that all files of a test process share until the run ends. A file registers its own companies
 * and queries only those, since rows of other files' companies are in the same tables.
 */
export function sharedDatabase(): Promise<TestDatabase> {
  shared ??= testDatabase();
  return shared;
}

async function asAdmin(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
