import { LruMap } from '@pellucid/conditions';
import pg from 'pg';
import { contextOrUndefined, requireTenant } from '../context/index.js';
import { EnduringPool } from './enduring-pool.js';
import { assertMayTake, openUnit } from './held-client.js';
import {
  type KeptStatements,
  type Statement,
  StatementBatch,
  type StatementResult,
} from './statement-batch.js';

export type { Statement, StatementResult };

const SET_TENANT = 'select set_tenant($1::uuid) as access_version';
/** For reads: with a time limit for each further statement of the transaction. */
const SET_TENANT_TIMED = `${SET_TENANT}, set_config('statement_timeout', $2, true)`;
/** The same for a transaction whose statements are all planned once. */
const SET_TENANT_GENERIC = `${SET_TENANT_TIMED}, set_config('plan_cache_mode', 'force_generic_plan', true)`;

/** Thrown when a transaction could not be committed although no statement reported an error. */
export class CommitError extends Error {
  override name = 'CommitError';
}

type PipelinedClient = pg.PoolClient & { connection: { stream: { cork(): void; uncork(): void } } };

/**
 * Maximum number of statements that are kept prepared. Each takes some 100 kB per connection. Filters are texts of their own,
 * so there is no end of them; those in use stay.
 */
export const MAX_PREPARED = 400;
let named = 0;
const prepared = new LruMap<string, string>(MAX_PREPARED, (_text, name) => {
  for (const { kept, forgotten } of preparing.values()) if (kept.has(name)) forgotten.push(name);
});
const nameOf = ({ text }: Statement) => prepared.getOrMake(text, () => `p${named++}`);

/** Connections that keep prepared statements, i.e. without a transaction pooler, and what to remove from them. */
const preparing = new Map<object, { kept: KeptStatements; forgotten: string[] }>();
const NOTHING_KEPT: KeptStatements = new Map();

/**
 * Sends all statements in one write and waits for all results: one round trip. Outside of a transaction, they are one: all of
 * them are committed, or none.
 * @param end ends the open transaction after the statements; COMMIT after a failed statement rolls back
 * @returns a promise, which is rejected only after everything has arrived, so that the connection can be reused: with the
 *   first error, or with a CommitError if the transaction was rolled back although no statement failed
 * @throws Error at once for a parameter that can't be sent; nothing is sent then, not even the end
 */
export function sendTogether(
  client: pg.PoolClient,
  statements: Statement[],
  end?: 'COMMIT' | 'ROLLBACK',
): Promise<StatementResult[]> {
  const { stream } = (client as PipelinedClient).connection;
  const made = statements.length ? batchOf(client, statements) : undefined;
  const context = contextOrUndefined();
  if (context) context.roundTrips++;
  stream.cork();
  if (made) client.query(made.batch);
  const ended = end && client.query(end);
  stream.uncork();
  return resultsOf(made?.answered ?? Promise.resolve([]), end, ended);
}

/** Waits for the answers to statements and to the end of their transaction. */
async function resultsOf(
  answered: Promise<StatementResult[]>,
  end: 'COMMIT' | 'ROLLBACK' | undefined,
  ended: Promise<pg.QueryResult> | undefined,
): Promise<StatementResult[]> {
  const [answer, ending] = await Promise.allSettled([answered, ended]);
  if (answer.status === 'rejected') {
    // Otherwise the stack would show the socket instead of whoever sent the statements.
    if (answer.reason instanceof Error) Error.captureStackTrace(answer.reason);
    throw answer.reason;
  }
  if (ending.status === 'rejected') throw ending.reason;
  if (end === 'COMMIT' && ending.value!.command !== end)
    throw new CommitError('the transaction was rolled back');
  return answer.value;
}

/** Makes a batch, to be sent at once. @throws Error for a parameter that can't be sent */
function batchOf(
  client: pg.PoolClient,
  statements: Statement[],
): { batch: StatementBatch; answered: Promise<StatementResult[]> } {
  const keeper = preparing.get(client);
  const { promise, resolve, reject } = Promise.withResolvers<StatementResult[]>();
  const batch = new StatementBatch(
    statements,
    keeper && statements.map(nameOf),
    keeper?.kept ?? NOTHING_KEPT,
    keeper?.forgotten ?? [],
    (error, results) => (error ? reject(error) : resolve(results)),
  );
  return { batch, answered: promise };
}

/** Stores the access version that the set-tenant statement returned; null means that the tenant does not exist. */
export function noteAccessVersion(result: StatementResult): void {
  const version = result.rows[0]?.access_version;
  const context = contextOrUndefined();
  if (context) context.observedAccessVersion = version == null ? null : String(version);
}

/** Whether the connection itself is broken (not just a statement that failed on it). */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string })?.code;
  // Codes of PostgreSQL contain a digit, unlike EPIPE.
  return !code || !/^(?=.*\d)[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || code.startsWith('57P');
}

/**
 * Whether a statement was prepared before a migration changed its columns. PostgreSQL refuses it (0A000) and rolls its
 * transaction back. The connection prepares it anew the next time.
 */
export function isStalePlan(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return code === '0A000' && message === 'cached plan must not change result type';
}

/** What a {@link TenantPool} is made of. */
export type TenantPoolConfig = pg.PoolConfig & { prepare?: boolean; queryTimeoutMs?: number };

/**
 * A pool that runs every query as the tenant of the work context, under row security. set_tenant and the query are one
 * transaction and one round trip. Settings are transaction-local, so the pool is safe behind a transaction pooler.
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
      this.on('connect', (client) => preparing.set(client, { kept: new Map(), forgotten: [] }));
      this.on('remove', (client) => preparing.delete(client));
    }
  }

  /** Runs one statement as the tenant, in one round trip. */
  // @ts-expect-error the callback forms of pg.Pool are not offered
  override async query(statement: string | Statement, values?: unknown[]): Promise<StatementResult> {
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
  async read(statements: Statement[]): Promise<StatementResult[]> {
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
  ): Promise<StatementResult[]> {
    // Behind a transaction pooler nothing is kept, so a generic plan would save nothing and be less suitable.
    const isGeneric = preparing.has(client) && statements.every((s) => s.plannedOnce);
    const setTenant = {
      text: isGeneric ? SET_TENANT_GENERIC : SET_TENANT_TIMED,
      values: [tenantId, String(this.queryTimeoutMs)],
    };
    // One statement is found to be outdated at a time.
    for (let outdated = 0; ; outdated++)
      try {
        const [tenant, ...results] = await sendTogether(client, [setTenant, ...statements]);
        noteAccessVersion(tenant!);
        return results;
      } catch (error) {
        if (!isStalePlan(error) || outdated >= statements.length) throw error;
      }
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
