/** Finds and applies pending migrations of a database. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { LaunchError } from './progress.mjs';
import { prismaCommand } from './prisma-command.mjs';
import { projectRoot } from './project.mjs';

const MIGRATIONS = join(projectRoot, 'prisma/migrations');

/** The folder names under prisma/migrations, in order of application. */
export function migrationNames(folder = MIGRATIONS) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Names of migrations that the database lacks. Uses one query, because starting Prisma's command line alone takes a
 * second: every start asks this, and the answer is nearly always "none".
 * @param {string} ownerUrl
 * @param {string} [folder] of the migrations
 * @returns {Promise<string[]>}
 * @throws {LaunchError} when a migration was edited after the database ran it, so that the database differs from the
 * files
 */
export async function pendingMigrations(ownerUrl, folder = MIGRATIONS) {
  const names = migrationNames(folder);
  const applied = await appliedMigrations(ownerUrl);
  const edited = names.filter((name) => applied.has(name) && applied.get(name) !== checksum(folder, name));
  if (edited.length) throw new LaunchError(editedMessage(edited));
  return names.filter((name) => !applied.has(name));
}

/** Checksum by name of the migrations that the database has run. */
async function appliedMigrations(ownerUrl) {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    );
    return new Map(rows.map((row) => [row.name, row.checksum]));
  } catch (error) {
    if (error.code === '42P01') return new Map(); // table doesn't exist: an empty database
    throw error;
  } finally {
    await client.end();
  }
}

/** The checksum as Prisma stores it. */
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
 * Applies pending migrations. Prisma takes an advisory lock, so two simultaneous starts apply them once.
 * @param {string} ownerUrl of a direct connection, since the lock doesn't hold through a transaction pooler
 * @throws with Prisma's own message when a migration fails
 */
export async function deployMigrations(ownerUrl) {
  let said = '';
  const code = await prismaCommand(
    ['migrate', 'deploy'],
    { DATABASE_URL_OWNER: ownerUrl },
    { quiet: true, onOutput: (text) => (said += text) },
  );
  if (code !== 0) throw new Error(`The database could not be migrated:\n${said.trim()}`);
  await buildPartitionIndexes(ownerUrl);
}

/** Partitions without the index that a migration has declared `ON ONLY` their parent. */
const UNBUILT = `
  select c.relname as index, quote_ident(n.nspname) as schema, t.relname as partition, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i
    join pg_class c on c.oid = i.indexrelid and c.relkind = 'I'
    join pg_inherits p on p.inhparent = i.indrelid
    join pg_class t on t.oid = p.inhrelid
    join pg_namespace n on n.oid = t.relnamespace
   where not i.indisvalid
     and not exists (select 1 from pg_inherits a join pg_index own on own.indexrelid = a.inhrelid
                      where a.inhparent = i.indexrelid and own.indrelid = t.oid)
   order by 1, 3`;

/**
 * Builds the indexes of partitions one by one, without blocking writes, and attaches them to the parent's index, which is
 * usable once all are attached. Can be interrupted and repeated. A migration cannot do this: it would have to name the
 * partitions, and Postgres builds no index CONCURRENTLY inside a transaction.
 * @param {string} ownerUrl of a direct connection
 * @returns {Promise<string[]>} names of the indexes that were built
 */
export async function buildPartitionIndexes(ownerUrl) {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Simultaneous starts take turns; the later one finds nothing left to build.
    await client.query("select pg_advisory_lock(hashtext('build_partition_indexes'))");
    const { rows } = await client.query(UNBUILT);
    const built = [];
    for (const { index, schema, partition, definition } of rows) {
      const name = `${partition}_${index}`.slice(0, 63);
      const quoted = `${schema}.${client.escapeIdentifier(name)}`;
      const what = definition.slice(definition.indexOf(' USING '));
      const unique = definition.startsWith('CREATE UNIQUE') ? 'unique ' : '';
      // An interrupted build leaves an invalid index.
      await client.query(`drop index concurrently if exists ${quoted}`);
      await client.query(
        `create ${unique}index concurrently ${client.escapeIdentifier(name)} on ${schema}.${client.escapeIdentifier(partition)}${what}`,
      );
      await client.query(
        `alter index ${schema}.${client.escapeIdentifier(index)} attach partition ${quoted}`,
      );
      built.push(name);
    }
    return built;
  } finally {
    await client.end();
  }
}
