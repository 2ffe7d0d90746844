/**
 * One invalid field: RFC 6901 pointer into the body (or `?name` for a query parameter) and a sentence that says how to
 * correct it.
 */
export interface FieldProblem {
  pointer: string;
  code: string;
  message: string;
  /** Parameters of the message, for translations. */
  params?: Record<string, unknown>;
}

/** Optional members of a problem beside the standard ones. */
export interface ProblemExtras {
  errors?: FieldProblem[];
  headers?: Record<string, string>;
  [member: string]: unknown;
}

/**
 * An error that callers may read: RFC 9457 problem details with a stable code. Anything else that is thrown becomes a
 * 500 without details.
 */
export class ProblemError extends Error {
  override name = 'ProblemError';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail?: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(detail ?? title);
  }
}

/** 400: the request itself (JSON, query, cursor) is not readable. */
export const badRequest = (code: string, detail: string, errors?: FieldProblem[]) =>
  new ProblemError(400, code, "The request can't be read", detail, errors ? { errors } : {});
/** 401: credentials are missing or no longer valid. */
export const unauthorized = (code: string, detail: string) =>
  new ProblemError(401, code, 'Not logged in', detail);
/** 403: the caller is known but not allowed. */
export const forbidden = (code: string, detail: string) => new ProblemError(403, code, 'Not allowed', detail);
/** 404: does not exist, or belongs to another tenant. */
export const notFound = (what: string) =>
  new ProblemError(404, 'notFound', 'Not found', `${what} was not found. It may have been deleted.`);
/** 409: conflicts with the current state. */
export const conflict = (code: string, detail: string, extras: ProblemExtras = {}) =>
  new ProblemError(409, code, 'Conflict', detail, extras);
/** 422: invalid fields or a violated rule. */
export const unprocessable = (errors: FieldProblem[], detail?: string) =>
  new ProblemError(
    422,
    'validationFailed',
    'Some fields need attention',
    detail ??
      errors
        .map((e) => e.message)
        .slice(0, 3)
        .join(' '),
    { errors },
  );

/** Escapes keys and joins them to a JSON pointer (RFC 6901 §3). */
export function pointer(...keys: (string | number)[]): string {
  return keys.map((k) => '/' + String(k).replace(/~/g, '~0').replace(/\//g, '~1')).join('');
}
