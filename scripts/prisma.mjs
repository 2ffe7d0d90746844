/**
 * Runs Prisma's command line with everything it needs:
 *
 *   node scripts/prisma.mjs validate
 *   node scripts/prisma.mjs migrate status
 *   DATABASE_URL_OWNER=… node scripts/prisma.mjs migrate deploy
 *
 * If DATABASE_URL_OWNER is not set, commands that need a database get a throwaway one: empty, with roles and
 * extensions, and with all migrations applied if PELLUCID_PRISMA_MIGRATED=1.
 */
import { randomBytes } from 'node:crypto';
import { prismaCommand } from './runtime/prisma-command.mjs';

const args = process.argv.slice(2);
const needsDatabase = ['migrate', 'db', 'studio'].includes(args[0] ?? '');

process.exitCode = await main();

async function main() {
  if (!needsDatabase || process.env['DATABASE_URL_OWNER']) return prismaCommand(args);
  const { startThrowawayPostgres } = await import('./runtime/embedded-postgres.mjs');
  const { deriveRolePasswords, ensureRoles, withUrl } = await import('./runtime/roles.mjs');
  const server = await startThrowawayPostgres({ kind: 'prisma' });
  try {
    const adminUrl = withUrl(server.adminUrl, { database: 'pellucid' });
    const { ownerUrl } = await ensureRoles(adminUrl, deriveRolePasswords(randomBytes(16).toString('hex')));
    const env = { DATABASE_URL_OWNER: ownerUrl };
    if (process.env['PELLUCID_PRISMA_MIGRATED'] === '1') {
      const code = await prismaCommand(['migrate', 'deploy'], env);
      if (code !== 0) return code;
    }
    return await prismaCommand(args, env);
  } finally {
    await server.stop();
  }
}
