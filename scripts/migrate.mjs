/**
 * Prepares a database for a release and exits: roles, extensions and pending migrations. The launcher does this itself;
 * this script is for deployments that start API and worker themselves (Docker, Kubernetes).
 *
 * Environment: DATABASE_URL (an admin's) and, for the passwords of the roles, DATABASE_URL_OWNER, _APP, _PLATFORM,
 * _QUEUE. If the roles are created elsewhere, only the latter.
 */
import { databaseUrls } from './runtime/environment.mjs';
import { buildPartitionIndexes, deployMigrations, pendingMigrations } from './runtime/migrations.mjs';
import { endWith, LaunchError, say, step } from './runtime/progress.mjs';

try {
  const adminUrl = process.env['DATABASE_URL'] || null;
  if (adminUrl && !new URL(adminUrl).password && !process.env['DATABASE_URL_APP']) {
    throw new LaunchError(
      "DATABASE_URL has no password to derive the roles' passwords from: give DATABASE_URL_APP etc.",
      78,
    );
  }
  const urls = await databaseUrls({ adminUrl, secrets: { roleSecret: '' } });
  const pending = await pendingMigrations(urls.ownerUrl);
  if (pending.length === 0) {
    await buildPartitionIndexes(urls.ownerUrl); // if an earlier run was interrupted
    say('The database is up to date.');
  } else await step(`Applying ${pending.length} migrations`, () => deployMigrations(urls.ownerUrl));
} catch (error) {
  endWith(error);
}
