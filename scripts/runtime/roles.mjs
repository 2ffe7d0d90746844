/**
 * The database, its roles and its extensions. See docs/architecture.md, "Data".
 *
 * | role               | what it is for                                                              |
 * |--------------------|-----------------------------------------------------------------------------|
 * | pellucid_owner     | owns the database and all tables, runs migrations                           |
 * | pellucid_app       | what API and worker log in as: owns nothing, cannot bypass row security     |
 * | pellucid_platform  | the few cross-tenant reads, with policies of its own; app is no member of it |
 * | pellucid_queue     | owns the schema `bullmq`, where queues live when there is no Redis          |
 * | pellucid_backup    | reads everything, for pg_dump                                               |
 *
 * Rights on tables are granted by the migrations, table by table, not here.
 */
import { createHmac } from 'node:crypto';
import pg from 'pg';

/** Extensions of every Pellucid database. All are "trusted": the owner may create them without being superuser. */
export const EXTENSIONS = ['pg_trgm', 'unaccent', 'btree_gist', 'btree_gin', 'pgcrypto', 'citext'];

/** Attributes by role. Listed in full, so that a second run reverts manual changes. */
const ROLES = {
  pellucid_owner: 'LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION',
  pellucid_app: 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION',
  pellucid_platform: 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION',
  pellucid_queue: 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION',
  pellucid_backup: 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS NOREPLICATION',
};

/**
 * Role → settings of its sessions. A record's query joins a dozen tables by their keys, already in the right order.
 * Postgres takes longer to try all orders than to run the query.
 */
const SETTINGS = { pellucid_app: { join_collapse_limit: 4 } };

/** Any constant that no other advisory lock in the cluster uses. It makes simultaneous starts take turns. */
const ROLE_LOCK = 0x70656c6c;

/**
 * @typedef {{owner: string, app: string, platform: string, queue: string, backup: string}} RolePasswords
 * @typedef {{ownerUrl: string, appUrl: string, platformUrl: string, queueUrl: string, backupUrl: string}} RoleUrls
 */

/**
 * Passwords of the roles, each derived from one secret with HMAC. Several machines with the same admin URL derive the
 * same passwords without talking to each other, and no password reveals the secret.
 * @param {string} secret the admin's password, or the instance's own secret if the admin has none
 * @returns {RolePasswords}
 */
export function deriveRolePasswords(secret) {
  const derive = (role) => createHmac('sha256', secret).update(`pellucid:role:${role}`).digest('base64url');
  return {
    owner: derive('owner'),
    app: derive('app'),
    platform: derive('platform'),
    queue: derive('queue'),
    backup: derive('backup'),
  };
}

/**
 * The URL of another role or another database on the same server.
 * @param {string} url
 * @param {{user?: string, password?: string, database?: string}} change
 */
export function withUrl(url, change) {
  const next = new URL(url);
  if (change.user !== undefined) next.username = encodeURIComponent(change.user);
  if (change.password !== undefined) next.password = encodeURIComponent(change.password);
  if (change.database !== undefined) next.pathname = `/${encodeURIComponent(change.database)}`;
  return next.href;
}

/**
 * @param {string} adminUrl
 * @param {RolePasswords} passwords
 * @returns {RoleUrls}
 */
export function roleUrls(adminUrl, passwords) {
  const of = (role) => withUrl(adminUrl, { user: `pellucid_${role}`, password: passwords[role] });
  return {
    ownerUrl: of('owner'),
    appUrl: of('app'),
    platformUrl: of('platform'),
    queueUrl: of('queue'),
    backupUrl: of('backup'),
  };
}

/** @param {string} url */
export function databaseName(url) {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres';
}

/**
 * Creates or repairs the roles, the database named in `adminUrl` and its extensions. Leaves correct ones as they are.
 * @param {string} adminUrl of a superuser, or of a role with CREATEDB and CREATEROLE
 * @param {RolePasswords} passwords
 * @returns {Promise<RoleUrls>}
 * @throws the driver's error when the server is unreachable or the admin's rights are not sufficient
 */
export async function ensureRoles(adminUrl, passwords) {
  const database = databaseName(adminUrl);
  await withMaintenanceClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [ROLE_LOCK]);
    try {
      const { rows } = await client.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
      for (const role of Object.keys(ROLES)) await ensureRole(client, role, passwords, rows[0].rolsuper);
      await ensureDatabase(client, database);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [ROLE_LOCK]);
    }
  });
  await prepareDatabase(adminUrl, database);
  return roleUrls(adminUrl, passwords);
}

/** Runs `work` on the database in `adminUrl`, or on `postgres` while that database doesn't exist. */
async function withMaintenanceClient(adminUrl, work) {
  let client = new pg.Client({ connectionString: adminUrl });
  try {
    await client.connect();
  } catch (error) {
    if (error.code !== '3D000') throw error;
    client = new pg.Client({ connectionString: withUrl(adminUrl, { database: 'postgres' }) });
    await client.connect();
  }
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function ensureRole(client, role, passwords, isSuperuser) {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${role}`);
  // Only a superuser may name SUPERUSER, REPLICATION and BYPASSRLS, even in the negative.
  const attributes = isSuperuser
    ? ROLES[role]
    : ROLES[role].replace(/(NO)?(SUPERUSER|BYPASSRLS|REPLICATION)/g, '').trim();
  const password = pg.escapeLiteral(passwords[role.replace('pellucid_', '')]);
  await client.query(`ALTER ROLE ${role} WITH ${attributes} PASSWORD ${password}`);
  for (const [name, value] of Object.entries(SETTINGS[role] ?? {}))
    await client.query(`ALTER ROLE ${role} SET ${name} = ${value}`);
  // Only a member of a role can give it ownership of things.
  if (['pellucid_owner', 'pellucid_queue'].includes(role) && !isSuperuser)
    await client.query(`GRANT ${role} TO CURRENT_USER`);
  if (role === 'pellucid_backup' && isSuperuser) await client.query(`GRANT pg_read_all_data TO ${role}`);
}

async function ensureDatabase(client, database) {
  const name = pg.escapeIdentifier(database);
  const { rows } = await client.query(
    'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1',
    [database],
  );
  if (rows.length === 0) {
    await client.query(`CREATE DATABASE ${name} OWNER pellucid_owner ENCODING 'UTF8' TEMPLATE template0`);
  } else if (rows[0].owner !== 'pellucid_owner') {
    await client.query(`ALTER DATABASE ${name} OWNER TO pellucid_owner`);
  }
}

/** Sets up what belongs to the database itself: extensions, the queue's schema, and who may connect. */
async function prepareDatabase(adminUrl, database) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const extension of EXTENSIONS) await client.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`);
    await client.query('CREATE SCHEMA IF NOT EXISTS bullmq AUTHORIZATION pellucid_queue');
    await client.query('GRANT USAGE ON SCHEMA public TO pellucid_app, pellucid_platform, pellucid_backup');
    await grantDatabase(client, database);
  } finally {
    await client.end();
  }
}

/**
 * Grants the right to connect. Rights on a database are not copied from its template, so each clone needs this too.
 * @param {import('pg').Client} client of the admin
 * @param {string} database
 */
export async function grantDatabase(client, database) {
  const name = pg.escapeIdentifier(database);
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await client.query(
    `GRANT CONNECT, TEMPORARY ON DATABASE ${name} ` +
      'TO pellucid_app, pellucid_platform, pellucid_queue, pellucid_backup',
  );
  // The queue runs CREATE SCHEMA IF NOT EXISTS, which requires this right even if the schema exists.
  await client.query(`GRANT CREATE ON DATABASE ${name} TO pellucid_queue`);
}
