/** Checks on an empty database that the migrations produce the schema. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
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
