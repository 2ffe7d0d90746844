import { LruMap } from '@pellucid/conditions';
import pg from 'pg';
import { contextOrUndefined, requireTenant } from '../context/index.js';
import { EnduringPool } from './enduring-pool.js';
import { assertMayTake, openUnit } from './held-client.js';

/** A statement with its parameters. */
export interface Statement {
  text: string;
  values?: unknown[];
  /** Returns rows as arrays instead of objects. */
  rowMode?: 'array';
  /**
   * Whether one plan suits all parameters. The statement is then planned once per connection instead of at each
   * execution, which pays off if planning takes longer than reading. Not for filters, whose best plan depends on the
   * values.
   */
  plannedOnce?: boolean;
}

/** Begins a transaction. @internal */
export const BEGIN = 'BEGIN';
const COMMIT = 'COMMIT';
const SET_TENANT = 'select set_tenant($1::uuid) as access_version';
/** For reads: with a time limit for each further statement of the transaction. */
const SET_TENANT_TIMED = `${SET_TENANT}, set_config('statement_timeout', $2, true)`;
/** The same for a transaction whose statements are all planned once. */
const SET_TENANT_GENERIC = `${SET_TENANT_TIMED}, set_config('plan_cache_mode', 'force_generic_plan', true)`;

/** Thrown when a transaction could not be committed although no statement reported an error. */
export class CommitError extends Error {
  override name = 'CommitError';
}

// Leaves dates as text: the record engine's codecs turn them into API values without a Date in between.
const RAW_OIDS = new Set([20, 1082, 1114, 1184]); // int8, date, timestamp, timestamptz
const asText = (value: unknown) => value;
const types = {
  getTypeParser: ((oid: number, format?: any) =>
    RAW_OIDS.has(oid) ? asText : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

type PipelinedClient = pg.PoolClient & {
  connection: { stream: { cork(): void; uncork(): void }; parsedStatements: Record<string, string> };
};

/**
 * Maximum number of statements that are kept prepared. Each takes some 100 kB per connection. Filters are texts of their own,
 * so there is no end of them; those in use stay.
 */
export const MAX_PREPARED = 400;
let named = 0;
const prepared = new LruMap<string, string>(MAX_PREPARED, (_text, name) => {
  for (const { connection, forgotten } of preparing.values())
    if (connection.parsedStatements[name]) forgotten.push(name);
});
const nameOf = (text: string) => prepared.getOrMake(text, () => `p${named++}`);

/** Connections that keep prepared statements, i.e. without a transaction pooler, and what to remove from them. */
const preparing = new Map<object, { connection: PipelinedClient['connection']; forgotten: string[] }>();

/** Returns statements that free what the connection keeps of forgotten statements. Not for use inside a transaction. */
function deallocations(client: pg.PoolClient): string[] {
  const keeper = preparing.get(client);
  if (!keeper?.forgotten.length) return [];
  const { connection, forgotten } = keeper;
  return forgotten.splice(0).map((name) => {
    delete connection.parsedStatements[name];
    return `deallocate ${name}`;
  });
}

/**
 * Sends all statements in one write and waits for all results: one round trip.
 * @throws the first error, but only after all results have arrived, so that the connection can be reused
 */
export async function sendTogether(
  client: pg.PoolClient,
  statements: (string | Statement)[],
): Promise<pg.QueryResult[]> {
  const stream = (client as PipelinedClient).connection.stream;
  const context = contextOrUndefined();
  if (context) context.roundTrips++;
  const keeps = preparing.has(client);
  const before = statements[0] === BEGIN ? deallocations(client) : [];
  stream.cork();
  const pending = [...before, ...statements].map((s) => {
    if (typeof s === 'string') return client.query(s);
    const { plannedOnce: _, ...statement } = s;
    return client.query({
      types,
      ...(keeps ? { name: nameOf(s.text) } : {}),
      ...statement,
    } as pg.QueryConfig);
  });
  stream.uncork();
  const settled = await Promise.allSettled(pending);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return settled
    .slice(before.length)
    .map((outcome) => (outcome as PromiseFulfilledResult<pg.QueryResult>).value);
}

/** Stores the access version that the set-tenant statement returned; null means that the tenant does not exist. */
export function noteAccessVersion(result: pg.QueryResult): void {
  const version = result.rows[0]?.access_version;
  const context = contextOrUndefined();
  if (context) context.observedAccessVersion = version == null ? null : String(version);
}

/** Whether the connection itself is broken (not just a statement that failed on it). */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string })?.code;
  return !code || !/^[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || code.startsWith('57P');
}

/** What a {@link TenantPool} is made of. */
export type TenantPoolConfig = pg.PoolConfig & { prepare?: boolean; queryTimeoutMs?: number };

/**
 * A pool that runs every query as the tenant of the work context, under row security. BEGIN, set_tenant, the query and
 * COMMIT travel in one round trip. Settings are transaction-local, so the pool is safe behind a transaction pooler.
 * Without a tenant it throws before anything is sent.
 */
export class TenantPool extends EnduringPool {
  /** Time limit for each statement of a read, in milliseconds; 0 for none. */
  readonly queryTimeoutMs: number;

  /**
   * @param config of pg; `prepare`: whether connections keep prepared statements (never behind a transaction pooler);
   *   `queryTimeoutMs`: time limit for each statement of a read, none by default. Units of work have none, because a write
   *   that has waited should not be lost.
   */
  constructor({ prepare, queryTimeoutMs = 0, ...config }: TenantPoolConfig) {
    super({ ...config, pipeline: true } as pg.PoolConfig);
    this.queryTimeoutMs = queryTimeoutMs;
    if (prepare) {
      this.on('connect', (client) =>
        preparing.set(client, { connection: (client as PipelinedClient).connection, forgotten: [] }),
      );
      this.on('remove', (client) => preparing.delete(client));
    }
  }

  /** Runs one statement as the tenant, in one round trip. */
  // @ts-expect-error the callback forms of pg.Pool are not offered
  override async query(statement: string | Statement, values?: unknown[]): Promise<pg.QueryResult> {
    const given =
      typeof statement === 'string'
        ? { text: statement, values }
        : values
          ? { ...statement, values }
          : statement;
    const [result] = await this.read([given as Statement]);
    return result!;
  }

  /**
   * Runs several independent statements as the tenant in one transaction and one round trip. Inside a unit of work they
   * run in its transaction, on its client: whoever holds a client must not wait for a second one.
   * @throws Error inside a unit of work of another tenant
   * @throws SecondClientError inside a transaction of the platform
   */
  async read(statements: Statement[]): Promise<pg.QueryResult[]> {
    const tenantId = requireTenant();
    const open = openUnit();
    if (open) {
      if (open.unit.tenantId !== tenantId) throw new Error('the open unit of work belongs to another tenant');
      return open.unit.isEnded
        ? this.readOn(open.client, tenantId, statements)
        : sendTogether(open.client, statements);
    }
    assertMayTake('tenant');
    const client = await super.connect();
    let broken: Error | undefined;
    try {
      return await this.readOn(client, tenantId, statements);
    } catch (error) {
      if (isConnectionError(error)) broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Runs the statements in a transaction of their own, in one round trip. */
  private async readOn(
    client: pg.PoolClient,
    tenantId: string,
    statements: Statement[],
  ): Promise<pg.QueryResult[]> {
    // Behind a transaction pooler nothing is kept, so a generic plan would save nothing and be less suitable.
    const isGeneric = preparing.has(client) && statements.every((s) => s.plannedOnce);
    const results = await sendTogether(client, [
      BEGIN,
      {
        text: isGeneric ? SET_TENANT_GENERIC : SET_TENANT_TIMED,
        values: [tenantId, String(this.queryTimeoutMs)],
      },
      ...statements,
      COMMIT,
    ]);
    noteAccessVersion(results[1]!);
    return results.slice(2, -1);
  }

  /** Returns a raw client, for the unit of work only. @throws SecondClientError inside a unit of work */
  async checkout(): Promise<pg.PoolClient> {
    requireTenant();
    assertMayTake('tenant');
    return super.connect();
  }

  /**
   * Opens a connection without a tenant, to check whether the database responds. Row security hides all rows from it.
   */
  async checkoutUnbound(): Promise<{ release(): void }> {
    const client = await super.connect();
    return { release: () => client.release() };
  }

  /** Not offered, because a plain client has no tenant. @throws Error always */
  override async connect(): Promise<never> {
    throw new Error('a tenant pool gives no plain client: use read() or a unit of work');
  }
}
