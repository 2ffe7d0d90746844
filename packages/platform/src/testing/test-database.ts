import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { roleScripts, type RoleUrls } from '../runtime/index.js';
import './provided-context.js';

/** A database of the caller's own, migrated and empty, as each role sees it. */
export interface TestDatabase extends RoleUrls {
  /** The superuser in this database. */
  adminUrl: string;
  name: string;
  /** A new temporary folder, which goes with the database. @param kind part of its name */
  folder(kind: string): string;
  /** Drops it, cutting connections that are still open. */
  drop(): Promise<void>;
}

/**
 * Clones the migrated template: some 50 ms instead of all migrations. One per test file is the rule; a test that
 * breaks things takes its own.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const { adminUrl, passwords, template, run } = inject('pellucid');
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
      const folder = mkdtempSync(join(tmpdir(), `pellucid-${kind}-`));
      folders.push(folder);
      return folder;
    },
    drop: async () => {
      await asAdmin(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
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
