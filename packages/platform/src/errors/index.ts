/** One wrong field: RFC 6901 pointer into the body (or `?name` for a query parameter) and a sentence with the mend. */
export interface FieldProblem {
  pointer: string;
  code: string;
  message: string;
  /** Parameters of the message, for catalogues of other languages. */
  params?: Record<string, unknown>;
}

/** What a problem may carry beside its standard members. */
export interface ProblemExtras {
  errors?: FieldProblem[];
  headers?: Record<string, string>;
  [member: string]: unknown;
}

/**
 * An error a caller may read: RFC 9457 problem details with a stable code.
 * Everything else that is thrown becomes a 500 without details.
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

/** 400: the request itself (JSON, query, cursor) cannot be read. */
export const badRequest = (code: string, detail: string, errors?: FieldProblem[]) =>
  new ProblemError(400, code, "The request can't be read", detail, errors ? { errors } : {});
/** 401: no or no longer valid credentials. */
export const unauthorized = (code: string, detail: string) =>
  new ProblemError(401, code, 'Not logged in', detail);
/** 403: known, but not allowed. */
export const forbidden = (code: string, detail: string) => new ProblemError(403, code, 'Not allowed', detail);
/** 404: not there, or not this tenant's. */
export const notFound = (what: string) =>
  new ProblemError(404, 'notFound', 'Not found', `${what} was not found. It may have been deleted.`);
/** 409: clashes with what is there. */
export const conflict = (code: string, detail: string, extras: ProblemExtras = {}) =>
  new ProblemError(409, code, 'Conflict', detail, extras);
/** 422: fields or rules. */
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

/** Escapes a key for a JSON pointer (RFC 6901 §3). */
export function pointer(...keys: (string | number)[]): string {
  return keys.map((k) => '/' + String(k).replace(/~/g, '~0').replace(/\//g, '~1')).join('');
}
