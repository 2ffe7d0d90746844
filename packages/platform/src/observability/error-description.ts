/** What may be logged about an error: its kind, its code and a sentence without record content. */
export interface ErrorDescription {
  type: string;
  code?: string;
  message: string;
  /** Name of the database object, e.g. the violated constraint. */
  constraint?: string;
  table?: string;
}

const MAX_MESSAGE = 400;

/**
 * Describes an error for logs, dead letters and cursors. Postgres puts the offending values into `detail`, and for data
 * exceptions (SQLSTATE class 22) into the message; zod and query libraries quote their input. None of that is kept.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'something that is no Error was thrown' };
  const { code, constraint, table, issues } = error as Error & {
    code?: unknown;
    constraint?: string;
    table?: string;
    issues?: { code: string; path: PropertyKey[] }[];
  };
  const isDatabaseError = 'severity' in error && 'routine' in error;
  let message = error.message;
  if (Array.isArray(issues))
    message = issues.map((i) => `${i.path.map(String).join('.')}: ${i.code}`).join('; ');
  else if (isDatabaseError && String(code).startsWith('22')) message = 'data exception';
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message,
    ...(constraint ? { constraint } : {}),
    ...(table ? { table } : {}),
  };
}

/** Returns {@link describeError} as one line, for a database column. */
export function errorLine(error: unknown): string {
  const { type, code, message } = describeError(error);
  return `${type}${code ? ` [${code}]` : ''}: ${message}`;
}

/** Returns the code in an {@link errorLine}, or the error's type if it has none: what may be shown to anybody. */
export function errorReason(line: string): string {
  const [, type, code] = /^(\w+)(?: \[([^\]]+)\])?: /.exec(line) ?? [];
  return code ?? type ?? 'unknown';
}
