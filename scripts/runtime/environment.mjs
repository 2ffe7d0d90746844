/** Builds the environment of API and worker: given values are kept, missing ones are generated. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './progress.mjs';
import { projectEnv, projectRoot } from './project.mjs';
import { databaseName, deriveRolePasswords, ensureRoles, withUrl } from './roles.mjs';

/**
 * Returns the URL of each role. With an admin's URL, creates or repairs roles and database, and gives a role the
 * password in its own URL if that is set. Without one, the URLs of owner, app and platform must be given.
 * @param {{adminUrl: string | null, secrets: {roleSecret: string}, env?: NodeJS.ProcessEnv}} options
 * @throws {LaunchError} that names the missing variables
 */
export async function databaseUrls({ adminUrl, secrets, env = process.env }) {
  const given = Object.fromEntries(
    ['owner', 'app', 'platform', 'queue'].map((role) => [
      role,
      env[`DATABASE_URL_${role.toUpperCase()}`] || null,
    ]),
  );
  const known = Object.fromEntries(
    Object.entries(given)
      .filter(([, url]) => url)
      .map(([role, url]) => [`${role}Url`, url]),
  );
  if (!adminUrl) {
    const missing = ['owner', 'app', 'platform'].filter((role) => !given[role]);
    if (missing.length === 0) return { queueUrl: undefined, ...known };
    const names = missing.map((role) => `DATABASE_URL_${role.toUpperCase()}`).join(', ');
    throw new LaunchError(`Without DATABASE_URL, every role needs its own URL. Missing: ${names}`, 78);
  }
  const adminPassword = decodeURIComponent(new URL(adminUrl).password);
  const passwords = deriveRolePasswords(adminPassword || secrets.roleSecret);
  for (const [role, url] of Object.entries(given)) {
    const login = url ? new URL(url) : null;
    if (login?.username === `pellucid_${role}`) passwords[role] = decodeURIComponent(login.password);
  }
  return { ...(await ensureRoles(adminUrl, passwords)), ...known };
}

/**
 * The URL of the product's database: database `pellucid` if the URL names `postgres`, else the URL as it is.
 * @param {string} url
 */
export function withProductDatabase(url) {
  return databaseName(url) === 'postgres' ? withUrl(url, { database: 'pellucid' }) : url;
}

/**
 * @param {object} options
 * @param {string} options.dataDir
 * @param {number} options.port
 * @param {Awaited<ReturnType<typeof databaseUrls>>} options.urls
 * @param {string | null} options.redisUrl null: the queues live in Postgres
 * @param {import('./instance.mjs').InstanceSecrets} options.secrets
 * @returns {NodeJS.ProcessEnv}
 */
export function applicationEnvironment({ dataDir, port, urls, redisUrl, secrets }) {
  // In production with its own database, secrets must be given: generated ones would differ on the next machine.
  const mustBringSecrets = process.env['NODE_ENV'] === 'production' && Boolean(process.env['DATABASE_URL']);
  const generated = mustBringSecrets
    ? {}
    : {
        JWT_SECRET: secrets.jwtSecret,
        PELLUCID_MASTER_KEY: secrets.masterKey,
        // Earlier master keys belong to the current key of the same source.
        ...(secrets.previousMasterKeys?.length && !process.env['PELLUCID_MASTER_KEY']
          ? { PELLUCID_MASTER_KEYS_PREVIOUS: secrets.previousMasterKeys.join(',') }
          : {}),
        PELLUCID_CURSOR_KEY: secrets.cursorKey,
        PELLUCID_FIELD_KEYS: secrets.fieldKeys,
      };
  const web = join(projectRoot, 'apps/web/dist');
  const env = projectEnv({
    ...generated,
    ...given(
      'JWT_SECRET',
      'PELLUCID_MASTER_KEY',
      'PELLUCID_MASTER_KEYS_PREVIOUS',
      'PELLUCID_CURSOR_KEY',
      'PELLUCID_FIELD_KEYS',
    ),
    ...(existsSync(join(web, 'index.html')) ? { PELLUCID_WEB_DIR: web } : {}),
    ...given('PELLUCID_WEB_DIR'),
    // Keeps compiled code between starts, so that the next start needs no parsing.
    NODE_COMPILE_CACHE: join(projectRoot, 'node_modules/.cache/node-compile'),
    ...given('NODE_COMPILE_CACHE'),
    // A direct connection to our own server can keep prepared statements. A server given by URL may be behind a pooler.
    ...(process.env['DATABASE_URL'] ? {} : { PELLUCID_DB_PREPARE: 'on' }),
    ...given('PELLUCID_DB_PREPARE'),
    PORT: String(port),
    PELLUCID_DATA_DIR: dataDir,
    DATABASE_URL_OWNER: urls.ownerUrl,
    DATABASE_URL_APP: urls.appUrl,
    DATABASE_URL_PLATFORM: urls.platformUrl,
    ...(urls.queueUrl ? { DATABASE_URL_QUEUE: urls.queueUrl } : {}),
    ...(redisUrl ? { REDIS_URL: redisUrl } : { PELLUCID_QUEUE: 'postgres' }),
  });
  // API and worker must not have the admin's rights.
  delete env['DATABASE_URL'];
  if (!redisUrl) delete env['REDIS_URL'];
  return env;
}

/** Variables that are set, even to something unusable: the application reports what is wrong with them. */
function given(...names) {
  return Object.fromEntries(
    names.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
  );
}
