/** Collects parameters and the joins that dotted paths need. */
export class QueryParts {
  readonly params: unknown[];
  readonly joins = new Map<string, { alias: string; sql: string }>();

  /** @param params those that a prepared part of the statement has taken already */
  constructor(params: readonly unknown[] = []) {
    this.params = [...params];
  }

  /** Takes a value and gives its placeholder. */
  param(value: unknown): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }
}
