/** Checks on an empty database that the migrations produce the schema. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startThrowawayPostgres } from '../runtime/embedded-postgres.mjs';
import { prismaCommand } from '../runtime/prisma-command.mjs';
import { projectRoot } from '../runtime/project.mjs';
import { deriveRolePasswords, ensureRoles, withUrl } from '../runtime/roles.mjs';

const NAME = /^\d{14}_[a-z0-9_]+$/;

/** @returns {string | null} the difference in Prisma's words; null if there is none */
export async function migrationDrift(schema = 'prisma/schema') {
  const server = await startThrowawayPostgres({ kind: 'drift' });
  try {
    const passwords = deriveRolePasswords(randomBytes(16).toString('hex'));
    const { ownerUrl } = await ensureRoles(withUrl(server.adminUrl, { database: 'pellucid' }), passwords);
    let said = '';
    const args = [
      'migrate',
      'diff',
      '--from-migrations',
      'prisma/migrations',
      '--to-schema',
      schema,
      '--exit-code',
    ];
    const code = await prismaCommand(
      args,
      { DATABASE_URL_OWNER: ownerUrl },
      { quiet: true, onOutput: (text) => (said += text) },
    );
    return code === 0 ? null : said.trim();
  } finally {
    await server.stop();
  }
}

/** Migration folders whose names would not sort by time. */
export function misnamedMigrations(folder = join(projectRoot, 'prisma/migrations')) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NAME.test(entry.name))
    .map((entry) => entry.name);
}

/** Migrations that build an index on an existing table. Databases have run them, so they can't be changed any more. */
const EXEMPT = new Map([
  [
    '20261121000000_foundation',
    'its function builds the indexes of record tables in the migration that creates them',
  ],
  ['20261121001200_audit', 'released before the rule'],
  ['20261121001340_owner_name_order', 'released before the rule'],
  ['20261121001380_search_pending_list', 'released before the rule'],
  ['20261129170000_dead_letters', 'released before the rule; the index holds dead jobs only'],
]);

const WORD = '"?([a-z_0-9%]+)"?';
const CREATED = new RegExp(`create\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?(?:public\\.)?${WORD}`, 'gi');
const BUILT = new RegExp(
  `create\\s+(?:unique\\s+)?index\\s+(concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?${WORD}\\s+on\\s+(only\\s+)?(?:public\\.)?${WORD}`,
  'gi',
);
const CONSTRAINED = new RegExp(
  `alter\\s+table\\s+(?:only\\s+)?(?:public\\.)?${WORD}[^;]*?\\badd\\s+(?:constraint\\s+${WORD}\\s+)?(?:unique|primary\\s+key)\\b(?!\\s+using\\s+index)`,
  'gi',
);

/**
 * Finds migrations that build an index on an existing table and block its writes meanwhile. Allowed are indexes on tables
 * that the same migration creates, `ON ONLY` a partitioned table, and `CONCURRENTLY`, alone in its migration.
 * @returns {string[]} one message per index
 */
export function blockingIndexBuilds(folder = join(projectRoot, 'prisma/migrations')) {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !EXEMPT.has(entry.name))
    .map((entry) => entry.name)
    .sort();
  return names.flatMap((name) => {
    const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8').replace(/--.*$/gm, '');
    const created = new Set([...sql.matchAll(CREATED)].map(([, table]) => table));
    const statements = sql.split(';').filter((statement) => statement.trim()).length;
    const builds = [...sql.matchAll(BUILT)].flatMap(([, isConcurrent, index, isOnly, table]) => {
      if (isConcurrent)
        return statements === 1
          ? []
          : [
              `index ${index}: CONCURRENTLY doesn't work in a transaction. Make it the only statement of a migration.`,
            ];
      return isOnly || created.has(table) ? [] : [`index ${index}: ${waysOut(table)}`];
    });
    const constraints = [...sql.matchAll(CONSTRAINED)].flatMap(([, table, constraint]) =>
      created.has(table) ? [] : [`constraint ${constraint ?? 'without a name'}: ${waysOut(table)}`],
    );
    return [...builds, ...constraints].map((problem) => `prisma/migrations/${name}, ${problem}`);
  });
}

/** What to do instead of a build that blocks writes. */
function waysOut(table) {
  return `building it blocks writes to ${table}. Use CREATE INDEX CONCURRENTLY, alone in a migration (for a constraint, then ADD CONSTRAINT … USING INDEX), or ON ONLY for a partitioned table.`;
}
