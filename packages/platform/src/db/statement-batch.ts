import type { EventEmitter } from 'node:events';
import pg from 'pg';

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

/** What a statement returned. */
export interface StatementResult {
  rows: any[];
}

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

const NO_COLUMNS: Column[] = [];

/**
 * What a connection keeps prepared: the columns of each statement by its name, undefined while the first answer is
 * outstanding or if it was an error.
 */
export type KeptStatements = Map<string, Column[] | undefined>;

/** The part of pg's connection that writes messages of the extended query protocol; its types describe an older one. */
interface MessageWriter {
  parse(message: { name?: string; text: string }): void;
  bind(message: { statement?: string; values: unknown[] }): void;
  describe(message: { type: 'P' }): void;
  execute(message: object): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
}

// Leaves dates as text: the record engine's codecs turn them into API values without a Date in between.
const RAW_OIDS = new Set([20, 1082, 1114, 1184]); // int8, date, timestamp, timestamptz
const asText = (value: string) => value;
const parserOf = (oid: number): Column['parse'] =>
  RAW_OIDS.has(oid) ? asText : pg.types.getTypeParser(oid, 'text');

/** Converts a parameter to the form in which pg sends it. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } }).utils;

/** pg's own class of queries: a pipelined client accepts no other. Its types leave out what the client calls. */
const PgQuery = pg.Query as unknown as new (text: string) => EventEmitter;

/**
 * Statements that the server runs one after the other up to a single Sync. If one fails, the rest is skipped. Outside of a
 * transaction, the Sync ends them as one: PostgreSQL commits all of them or none.
 */
export class StatementBatch extends PgQuery {
  // Private to the language, since pg's class has fields of such names.
  readonly #statements: Statement[];
  readonly #names: string[] | undefined;
  readonly #kept: KeptStatements;
  readonly #forgotten: string[];
  readonly #done: (error: unknown, results: StatementResult[]) => void;
  readonly #values: unknown[][];
  readonly #results: StatementResult[] = [];
  #columns: Column[] = NO_COLUMNS;
  #rows: any[] = [];
  #failure: unknown;

  /**
   * @param names of the statements, if the connection keeps them prepared
   * @param kept what the connection has prepared
   * @param forgotten names that it need not keep any longer
   * @param done receives the result of each statement, or the first error
   * @throws Error for a parameter that can't be sent; nothing is sent then
   */
  constructor(
    statements: Statement[],
    names: string[] | undefined,
    kept: KeptStatements,
    forgotten: string[],
    done: (error: unknown, results: StatementResult[]) => void,
  ) {
    super('');
    this.#statements = statements;
    this.#names = names;
    this.#kept = kept;
    this.#forgotten = forgotten;
    this.#done = done;
    this.#values = statements.map(({ values }) => values?.map(prepareValue) ?? []);
  }

  /** Writes all messages. Called by the client. @internal */
  submit(connection: object): null {
    const messages = connection as MessageWriter;
    for (const name of this.#forgotten) {
      this.#kept.delete(name);
      messages.close({ type: 'S', name });
    }
    for (const [at, { text }] of this.#statements.entries()) {
      const name = this.#names?.[at];
      const isKept = name !== undefined && this.#kept.get(name) !== undefined;
      if (!isKept) {
        if (name !== undefined) {
          // It is there already if its first execution failed.
          if (this.#kept.has(name)) messages.close({ type: 'S', name });
          this.#kept.set(name, undefined);
        }
        messages.parse(name === undefined ? { text } : { text, name });
      }
      messages.bind({ values: this.#values[at]!, ...(name === undefined ? {} : { statement: name }) });
      if (!isKept) messages.describe({ type: 'P' });
      messages.execute({});
    }
    messages.sync();
    this.#begin();
    return null;
  }

  /** The server describes the rows that follow. It is asked only for statements that the connection doesn't keep. @internal */
  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
  }

  /** @internal */
  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#failure) return;
    const columns = this.#columns;
    const parsed = (at: number) => {
      const text = fields[at]!;
      return text === null ? null : columns[at]!.parse(text);
    };
    try {
      if (this.#statements[this.#results.length]!.rowMode === 'array') {
        const row = new Array(columns.length);
        for (let at = 0; at < row.length; at++) row[at] = parsed(at);
        this.#rows.push(row);
      } else {
        const row: Record<string, unknown> = {};
        for (let at = 0; at < columns.length; at++) row[columns[at]!.name] = parsed(at);
        this.#rows.push(row);
      }
    } catch (error) {
      this.#failure = error;
    }
  }

  /** One statement is done. @internal */
  handleCommandComplete(): void {
    const name = this.#names?.[this.#results.length];
    if (name !== undefined && this.#kept.has(name)) this.#kept.set(name, this.#columns);
    this.#results.push({ rows: this.#rows });
    this.#begin();
  }

  /** A statement without text is done. @internal */
  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  /** The server skips the rest, or the connection is lost. @internal */
  handleError(error: unknown): void {
    this.#done(error, []);
  }

  /** All statements are done and, outside of a transaction, committed. @internal */
  handleReadyForQuery(): void {
    this.#done(this.#failure, this.#results);
  }

  /** Starts to receive the next statement's rows. */
  #begin(): void {
    const name = this.#names?.[this.#results.length];
    this.#columns = (name !== undefined && this.#kept.get(name)) || NO_COLUMNS;
    this.#rows = [];
  }
}
