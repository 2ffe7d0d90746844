/**
 * Writes the difference between the migrations and the schema as a new migration:
 *
 *   node scripts/migration-create.mjs add-territories
 *
 * creates prisma/migrations/<timestamp>_add_territories/migration.sql. If there is no difference it creates nothing,
 * unless `--empty` asks for an empty migration (for SQL that Prisma doesn't manage: policies, grants, functions).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { startThrowawayPostgres } from './runtime/embedded-postgres.mjs';
import { prismaCommand } from './runtime/prisma-command.mjs';
import { projectRoot } from './runtime/project.mjs';
import { deriveRolePasswords, ensureRoles, withUrl } from './runtime/roles.mjs';

const [given] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const allowEmpty = process.argv.includes('--empty');
const name = given
  ?.toLowerCase()
  .replace(/[^a-z0-9]+/g, '_')
  .replace(/^_|_$/g, '');
if (!name) {
  process.stderr.write('Usage: node scripts/migration-create.mjs <name> [--empty]\n');
  process.exit(2);
}

const sql = await differenceAsSql();
if (!/^\s*[^\s-]/m.test(sql) && !allowEmpty) {
  process.stdout.write('The migrations already lead to the schema. Nothing to write.\n');
} else {
  const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = join(projectRoot, 'prisma/migrations', `${timestamp}_${name}`);
  mkdirSync(folder);
  const file = join(folder, 'migration.sql');
  writeFileSync(file, sql.trim() === '-- This is an empty migration.' ? '' : sql);
  process.stdout.write(`${relative(projectRoot, file)}\n`);
}

async function differenceAsSql() {
  const server = await startThrowawayPostgres({ kind: 'prisma' });
  try {
    const passwords = deriveRolePasswords(randomBytes(16).toString('hex'));
    const { ownerUrl } = await ensureRoles(withUrl(server.adminUrl, { database: 'pellucid' }), passwords);
    const output = join(server.directory, 'migration.sql');
    const from = ['--from-migrations', 'prisma/migrations'];
    const to = ['--to-schema', 'prisma/schema'];
    let said = '';
    const code = await prismaCommand(
      ['migrate', 'diff', ...from, ...to, '--script', '--output', output],
      { DATABASE_URL_OWNER: ownerUrl },
      { quiet: true, onOutput: (text) => (said += text) },
    );
    if (code !== 0) throw new Error(said);
    return existsSync(output) ? readFileSync(output, 'utf8') : '';
  } finally {
    await server.stop();
  }
}
