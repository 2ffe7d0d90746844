/** Whether a database is up to date, and how it gets there. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { LaunchError } from './progress.mjs';
import { prismaCommand } from './prisma-command.mjs';
import { projectRoot } from './project.mjs';

const MIGRATIONS = join(projectRoot, 'prisma/migrations');

/** The folder names under prisma/migrations, in the order they are applied. */
export function migrationNames(folder = MIGRATIONS) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Names of migrations that the database lacks. One query instead of Prisma's command line, whose start alone takes a
 * second: this is asked on every start, and the answer is nearly always "none".
 * @param {string} ownerUrl
 * @param {string} [folder] where the migrations are
 * @returns {Promise<string[]>}
 * @throws {LaunchError} when a migration was edited after the database ran it: it holds something else than the files say
 */
export async function pendingMigrations(ownerUrl, folder = MIGRATIONS) {
  const names = migrationNames(folder);
  const applied = await appliedMigrations(ownerUrl);
  const edited = names.filter((name) => applied.has(name) && applied.get(name) !== checksum(folder, name));
  if (edited.length) throw new LaunchError(editedMessage(edited));
  return names.filter((name) => !applied.has(name));
}

/** Name → checksum of the migrations the database has run. */
async function appliedMigrations(ownerUrl) {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    );
    return new Map(rows.map((row) => [row.name, row.checksum]));
  } catch (error) {
    if (error.code === '42P01') return new Map(); // no such table: an empty database
    throw error;
  } finally {
    await client.end();
  }
}

/** As Prisma keeps it. */
function checksum(folder, name) {
  return createHash('sha256')
    .update(readFileSync(join(folder, name, 'migration.sql')))
    .digest('hex');
}

function editedMessage(names) {
  const [are, their] =
    names.length === 1 ? ['migration was', 'its file'] : ['migrations were', 'their files'];
  const files = names.map((name) => `prisma/migrations/${name}/migration.sql`);
  return [
    `${names.length} ${are} changed after this database ran ${names.length === 1 ? 'it' : 'them'}: ${names.join(', ')}.`,
    `The database does not hold what ${their} now say${names.length === 1 ? 's' : ''}. Nothing was changed. To fix this:`,
    `  - restore what was run (git restore --source=<release> ${files.join(' ')}),`,
    '    and write the change as a new migration: node scripts/migration-create.mjs <name>',
    "  - or, if you don't need the data, start with an empty database (another PELLUCID_DATA_DIR).",
  ].join('\n');
}

/**
 * Applies what is pending. Prisma takes an advisory lock, so two starts at once do it once.
 * @param {string} ownerUrl a direct one: the lock does not hold through a transaction pooler
 * @throws with Prisma's own words when a migration fails
 */
export async function deployMigrations(ownerUrl) {
  let said = '';
  const code = await prismaCommand(
    ['migrate', 'deploy'],
    { DATABASE_URL_OWNER: ownerUrl },
    { quiet: true, onOutput: (text) => (said += text) },
  );
  if (code !== 0) throw new Error(`The database could not be migrated:\n${said.trim()}`);
}
