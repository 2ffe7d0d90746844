import type { Statement } from '../../db/tenant-pool.js';

/**
 * Collects the values and joins of a statement that is being composed. {@link statement} keeps only the values whose
 * placeholders occur in the text, so a predicate may be composed and then left out.
 */
export class QueryParts {
  private readonly values: unknown[];
  readonly joins = new Map<string, { alias: string; sql: string }>();

  /** @param values values that the text refers to by number: the first is $1 */
  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }

  /** Adds a value and returns its placeholder. */
  param(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** Returns parts that begin with the same values, for texts that are prepared once and completed many times. */
  copy(): QueryParts {
    return new QueryParts(this.values);
  }

  /** Returns parts that begin with the same values and joins, for a further statement over the same expressions. */
  fork(): QueryParts {
    const fork = this.copy();
    for (const [key, join] of this.joins) fork.joins.set(key, join);
    return fork;
  }

  /**
   * Returns the statement for a text, with exactly the values that it uses.
   * @throws Error for a placeholder without a value (a mistake in the code)
   */
  statement(text: string): Statement & { values: unknown[] } {
    const named = new Set<number>();
    for (const [, number] of text.matchAll(PLACEHOLDER)) named.add(Number(number));
    for (const number of named)
      if (number < 1 || number > this.values.length)
        throw new Error(`the text names $${number}, which is no value`);
    if (named.size === this.values.length) return { text, values: this.values };
    const kept = [...named].sort((a, b) => a - b);
    const place = new Map(kept.map((number, at) => [number, at + 1]));
    return {
      text: text.replace(PLACEHOLDER, (_, number) => `$${place.get(Number(number))}`),
      values: kept.map((number) => this.values[number - 1]),
    };
  }
}

const PLACEHOLDER = /\$(\d+)/g;
