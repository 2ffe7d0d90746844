import pg from 'pg';
import {
  type RawBuilder,
  PostgresAdapter,
  PostgresQueryCompiler,
  DummyDriver,
  Kysely,
  PostgresIntrospector,
} from 'kysely';
import { currentContext, requireTenant } from '../context/index.js';
import { type HeldUnit, insideUnit } from './held-client.js';
import { noteAccessVersion, sendTogether, type Statement, type TenantPool } from './tenant-pool.js';

/** Compiles Kysely fragments and never connects. */
const compiler = new Kysely<any>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Turns a Kysely `sql` template into a statement. */
export function compile(query: RawBuilder<any> | Statement): Statement {
  if ('text' in query) return query;
  const compiled = query.compile(compiler);
  return { text: compiled.sql, values: compiled.parameters as unknown[] };
}

/**
 * One transaction of one tenant on one client, opened by {@link UnitOfWorkFactory}. All SQL in it is a Kysely `sql`
 * template or a compiled statement. It commits when the function returns and rolls back when it throws.
 */
export class UnitOfWork {
  private ended = false;
  private readonly afterCommitHooks: (() => void | Promise<void>)[] = [];
  /** Statements without rows that the next ones take along. */
  private waiting: Statement[] = [];
  /** The tenant's access version when the unit began; null for a tenant that is being created. */
  accessVersion: string | null = null;

  /** @internal */
  constructor(
    private readonly client: pg.PoolClient,
    readonly tenantId: string,
    private readonly queryTimeoutMs: number,
  ) {}

  /** Runs one statement and returns its rows. One round trip. */
  async run<Row = any>(query: RawBuilder<Row> | Statement): Promise<Row[]> {
    const [rows] = await this.together([query]);
    return rows as Row[];
  }

  /**
   * Runs one statement within the time limit of reads, for selections that callers describe. Other statements of a unit have
   * no limit. One round trip.
   */
  async runLimited<Row = any>(query: RawBuilder<Row> | Statement): Promise<Row[]> {
    const limit = `set local statement_timeout = ${Math.round(this.queryTimeoutMs)}`;
    const [, rows] = await this.together([
      { text: limit },
      query,
      { text: 'set local statement_timeout to default' },
    ]);
    return rows as Row[];
  }

  /** Runs several statements in one round trip; returns the rows of each. */
  async together(queries: (RawBuilder<any> | Statement)[]): Promise<any[][]> {
    this.assertOpen();
    const before = this.waiting.splice(0);
    const results = await sendTogether(this.client, [...before, ...queries.map(compile)]);
    return results.slice(before.length).map((r) => r.rows);
  }

  /** Runs a statement whose rows nobody needs with the next ones, without a round trip of its own. */
  runWithNext(statement: Statement): void {
    this.assertOpen();
    this.waiting.push(statement);
  }

  /**
   * Like {@link together}, for statements that take long to compose: each part is sent before the next one is composed, so
   * that the database works meanwhile.
   * @throws the first error, but only after all results have arrived
   */
  async inParts(parts: Iterable<(RawBuilder<any> | Statement)[]>): Promise<any[][]> {
    const sent: Promise<any[][]>[] = [];
    try {
      for (const part of parts) {
        if (!part.length) continue;
        const answers = this.together(part);
        // Its error is thrown below; until then nobody waits for it.
        answers.catch(() => {});
        sent.push(answers);
        // The socket takes more than it can hold at once only when the event loop turns.
        await new Promise(setImmediate);
      }
    } finally {
      await Promise.allSettled(sent);
    }
    return (await Promise.all(sent)).flat();
  }

  /**
   * Runs the statements and COMMIT in one round trip. No statement can be run afterwards.
   * @throws Error for a parameter that can't be sent; the unit is still open then
   */
  async commitWith(queries: (RawBuilder<any> | Statement)[]): Promise<any[][]> {
    this.assertOpen();
    const answered = sendTogether(this.client, queries.map(compile), 'COMMIT');
    this.ended = true;
    return (await answered).map((r) => r.rows);
  }

  /** Whether commit or rollback has been sent. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** Signals all replicas that rights, roles, members, sessions or definitions of the tenant have changed. */
  async bumpAccessVersion(): Promise<void> {
    await this.run({
      text: 'update tenant set access_version = access_version + 1 where id = $1',
      values: [this.tenantId],
    });
  }

  /**
   * Calls the function after a successful commit, e.g. to wake a queue. If it fails, nothing is lost: the rows are
   * authoritative.
   */
  afterCommit(hook: () => void | Promise<void>): void {
    this.afterCommitHooks.push(hook);
  }

  /** Runs the function in a savepoint. If it throws, its changes are undone and the transaction stays usable. */
  async savepoint<T>(fn: () => Promise<T>): Promise<T> {
    await this.run({ text: 'savepoint part' });
    try {
      const result = await fn();
      await this.run({ text: 'release savepoint part' });
      return result;
    } catch (error) {
      // Also released, since it would hide one of the same name around it. On a lost connection this fails; the first error says why.
      await this.together([{ text: 'rollback to savepoint part' }, { text: 'release savepoint part' }]).catch(
        () => {},
      );
      throw error;
    }
  }

  /** @internal */
  async finish(commit: boolean): Promise<void> {
    if (!this.ended) {
      this.ended = true;
      await sendTogether(this.client, [], commit ? 'COMMIT' : 'ROLLBACK');
    }
  }

  /**
   * @internal The function failed or timed out: further statements of it must not reach the next user's transaction.
   */
  abandon(): void {
    this.ended = true;
  }

  /** @internal */
  async runHooks(): Promise<void> {
    for (const hook of this.afterCommitHooks) await hook();
  }

  private assertOpen(): void {
    if (this.ended) throw new Error('the unit of work has ended');
    if (requireTenant() !== this.tenantId) throw new Error('the unit of work belongs to another tenant');
  }
}

/** Opens units of work on the tenant pool. */
export class UnitOfWorkFactory {
  constructor(private readonly pool: TenantPool) {}

  /**
   * Runs the function in a transaction as the context's tenant. Reads of the tenant pool inside of it run in the same
   * transaction.
   * @param fn receives the unit of work and the rows of each `first` statement
   * @param first statements sent together with BEGIN and the tenant setting, without a round trip of their own
   * @param options `newTenant`: the function itself creates the tenant that it runs as
   * @throws SecondClientError inside another unit of work, which must be passed on instead
   */
  async run<T>(
    fn: (uow: UnitOfWork, firstRows: any[][]) => Promise<T>,
    first: (RawBuilder<any> | Statement)[] = [],
    options: { newTenant?: boolean } = {},
  ): Promise<T> {
    const tenantId = requireTenant();
    const client = await this.pool.checkout();
    const uow = new UnitOfWork(client, tenantId, this.pool.queryTimeoutMs);
    const held: HeldUnit = { unit: uow, client, isReleased: false };
    let broken: Error | undefined;
    let answer: T;
    try {
      const results = await sendTogether(client, [
        { text: 'BEGIN' },
        { text: 'select set_tenant($1::uuid) as access_version', values: [tenantId] },
        ...first.map(compile),
      ]);
      noteAccessVersion(results[1]!);
      uow.accessVersion = currentContext().observedAccessVersion;
      if (!options.newTenant && uow.accessVersion === null)
        throw new UnknownTenantError('the tenant does not exist');
      const firstRows = results.slice(2).map((r) => r.rows);
      answer = await insideUnit(held, () => fn(uow, firstRows));
      await uow.finish(true);
    } catch (error) {
      uow.abandon();
      // Also after a failed COMMIT: ROLLBACK outside of a transaction only warns.
      await sendTogether(client, [], 'ROLLBACK').catch((rollbackError) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      held.isReleased = true;
      client.release(broken);
    }
    await uow.runHooks();
    return answer;
  }
}

/** Thrown when the context's tenant does not exist in the database. */
export class UnknownTenantError extends Error {
  override name = 'UnknownTenantError';
}
