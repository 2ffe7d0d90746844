/**
 * Typed access to `scripts/runtime/*.mjs`: the servers, roles and migrations that the launcher handles. Those files are
 * plain JavaScript because the launcher runs before anything is compiled; tests and benchmarks use them through this
 * module.
 */

/** A server that we started. `stop` shuts it down in order; `exited` resolves when it ends for any reason. */
export interface RunningServer {
  port: number;
  pid: number;
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** A Postgres server that we started. */
export interface RunningPostgres extends RunningServer {
  /** URL of the superuser, database `postgres`. */
  adminUrl: string;
}

/** A Redis server that we started. */
export interface RunningRedis extends RunningServer {
  url: string;
}

/** A PgBouncer that we started. */
export interface RunningPgBouncer {
  /** The given URLs, redirected through the bouncer. */
  urls: string[];
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Passwords of the database roles. */
export interface RolePasswords {
  owner: string;
  app: string;
  platform: string;
  queue: string;
  backup: string;
}

/** The URLs of one database for each role. */
export interface RoleUrls {
  ownerUrl: string;
  appUrl: string;
  platformUrl: string;
  queueUrl: string;
  backupUrl: string;
}

interface PostgresScripts {
  startThrowawayPostgres(options: {
    kind: string;
    settings?: Record<string, string>;
  }): Promise<RunningPostgres & { directory: string }>;
}

interface RedisScripts {
  findRedisServer(): string | null;
  startRedis(options: {
    directory: string;
    password: string;
    port?: number;
    durable?: boolean;
  }): Promise<RunningRedis>;
}

interface PgBouncerScripts {
  startPgBouncer(options: {
    directory: string;
    urls: string[];
    poolSize?: number;
  }): Promise<RunningPgBouncer>;
}

interface RoleScripts {
  deriveRolePasswords(secret: string): RolePasswords;
  ensureRoles(adminUrl: string, passwords: RolePasswords): Promise<RoleUrls>;
  grantDatabase(client: object, database: string): Promise<void>;
  roleUrls(adminUrl: string, passwords: RolePasswords): RoleUrls;
  withUrl(url: string, change: { user?: string; password?: string; database?: string }): string;
}

interface MigrationScripts {
  deployMigrations(ownerUrl: string): Promise<void>;
  pendingMigrations(ownerUrl: string): Promise<string[]>;
}

interface ThrowawayScripts {
  makeThrowawayDirectory(kind: string): Promise<string>;
  noteServer(directory: string, pid: number): void;
}

interface PortScripts {
  freePort(preferred?: number): Promise<number>;
}

interface SystemPackageScripts {
  ensureSystemPackage(name: string): void;
}

/** The path is built at run time, so that neither compiler nor bundler follows it out of this package. */
async function load<Module>(file: string): Promise<Module> {
  const url = new URL(`../../../../scripts/runtime/${file}`, import.meta.url);
  return (await import(/* @vite-ignore */ url.href)) as Module;
}

export const postgresScripts = () => load<PostgresScripts>('embedded-postgres.mjs');
export const redisScripts = () => load<RedisScripts>('redis.mjs');
export const pgBouncerScripts = () => load<PgBouncerScripts>('pgbouncer.mjs');
export const portScripts = () => load<PortScripts>('ports.mjs');
export const roleScripts = () => load<RoleScripts>('roles.mjs');
export const migrationScripts = () => load<MigrationScripts>('migrations.mjs');
export const systemPackageScripts = () => load<SystemPackageScripts>('system-packages.mjs');
export const throwawayScripts = () => load<ThrowawayScripts>('throwaway.mjs');
