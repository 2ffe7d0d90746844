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
 * What a connection keeps prepared: the columns of each statement by its name. `asked` while the first answer is
 * outstanding; `unsure` after an error, when the server may have the statement or not, or has it for other columns.
 */
export type KeptStatements = Map<string, Column[] | 'asked' | 'unsure'>;

/** The part of pg's connection that writes messages of the extended query protocol; its types describe an older one. */
interface MessageWriter {
  parse(message: { name?: string; text: string }): void;
  bind(message: { statement?: string; values: unknown[] }): void;
  describe(message: { type: 'P' }): void;
  execute(message: object): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
  stream: { destroy(): void };
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
  readonly #names: (string | undefined)[];
  readonly #kept: KeptStatements;
  readonly #forgotten: string[];
  readonly #done: (error: unknown, results: StatementResult[]) => void;
  readonly #values: unknown[][];
  readonly #results: StatementResult[] = [];
  /** The columns of statements that were prepared when the batch was sent. Others' errors may change what is kept. */
  readonly #known: (Column[] | undefined)[] = [];
  #columns: Column[] = NO_COLUMNS;
  #rows: any[] = [];
  #failure: unknown;

  /**
   * @param names of the statements, if the connection keeps them prepared
   * @param kept what the connection has prepared
   * @param forgotten names that it need not keep any longer; emptied when they are closed
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
    this.#names = names ?? [];
    this.#kept = kept;
    this.#forgotten = forgotten;
    this.#done = done;
    this.#values = statements.map(({ values }) => values?.map(prepareValue) ?? []);
  }

  /** Writes all messages. Called by the client. @internal */
  submit(connection: object): null {
    const messages = connection as MessageWriter;
    for (const name of this.#forgotten.splice(0)) {
      this.#kept.delete(name);
      messages.close({ type: 'S', name });
    }
    for (const [at, { text }] of this.#statements.entries()) {
      let name = this.#names[at];
      let kept = name === undefined ? undefined : this.#kept.get(name);
      // Whoever prepares it may yet fail, so this batch uses a statement without a name.
      if (kept === 'asked') kept = name = this.#names[at] = undefined;
      const known = Array.isArray(kept) ? kept : undefined;
      if (!known) {
        if (name !== undefined) {
          if (kept) messages.close({ type: 'S', name });
          this.#kept.set(name, 'asked');
        }
        messages.parse(name === undefined ? { text } : { text, name });
      }
      this.#known.push(known);
      messages.bind({ values: this.#values[at]!, ...(name === undefined ? {} : { statement: name }) });
      if (!known) messages.describe({ type: 'P' });
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
    const at = this.#results.length;
    if (!this.#known[at]) this.#note(at, this.#columns);
    this.#results.push({ rows: this.#rows });
    this.#begin();
  }

  /** A statement without text is done. @internal */
  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  /**
   * Ends the connection, because COPY FROM STDIN is not supported: the server takes the batch's Sync for data and never
   * answers it, so that later answers would go to the wrong batches. @internal
   */
  handleCopyInResponse(connection: object): void {
    (connection as MessageWriter).stream.destroy();
  }

  /** The server skips the rest, or the connection is lost. @internal */
  handleError(error: unknown): void {
    // The statement that failed may be of an older schema, and new ones from there on may never have been prepared.
    const failed = this.#results.length;
    for (let at = failed; at < this.#known.length; at++)
      if (at === failed || !this.#known[at]) this.#note(at, 'unsure');
    this.#done(error, []);
  }

  /** All statements are done and, outside of a transaction, committed. @internal */
  handleReadyForQuery(): void {
    this.#done(this.#failure, this.#results);
  }

  /** Starts to receive the next statement's rows. */
  #begin(): void {
    this.#columns = this.#known[this.#results.length] ?? NO_COLUMNS;
    this.#rows = [];
  }

  /** Notes what the connection keeps of a statement, unless it has been forgotten or is being prepared by another batch. */
  #note(at: number, result: Column[] | 'unsure'): void {
    const name = this.#names[at];
    const kept = name === undefined ? undefined : this.#kept.get(name);
    if (kept && !(this.#known[at] && kept === 'asked')) this.#kept.set(name!, result);
  }
}
