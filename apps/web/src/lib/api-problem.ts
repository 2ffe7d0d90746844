/** One wrong field of a request: where it is and how to fix it. */
export interface ProblemField {
  /** JSON pointer into the request body, "/name". */
  pointer: string;
  code: string;
  message: string;
  /** What the message tells, in figures and names. */
  params?: Record<string, unknown>;
}

/** A refusal by the API (an RFC 9457 problem), or a failure to reach it (status 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly correlationId: string | undefined;
  readonly fields: ProblemField[];
  /** Seconds to wait (Retry-After), if the server says so. */
  readonly retryAfter: number | undefined;
  /** The whole problem document. A 412 contains current, yours and original. */
  readonly document: Record<string, unknown>;

  constructor(status: number, document: Record<string, unknown>, retryAfter?: number) {
    super(String(document['detail'] ?? document['title'] ?? `HTTP ${status}`));
    this.name = 'ApiProblem';
    this.status = status;
    this.code = String(document['code'] ?? (status === 0 ? 'unreachable' : `http_${status}`));
    this.correlationId =
      typeof document['correlationId'] === 'string' ? document['correlationId'] : undefined;
    this.fields = Array.isArray(document['errors']) ? (document['errors'] as ProblemField[]) : [];
    this.document = document;
    this.retryAfter = retryAfter;
  }

  /** Whether repeating the request is pointless until rights or the request change. */
  get isRefusal(): boolean {
    return this.status === 403 || this.status === 422;
  }

  /** Whether repeating the same request may help. */
  get isTransient(): boolean {
    if (this.code === 'queryTooSlow') return false;
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/** In: whatever the transport threw. Out: an ApiProblem. Aborts are returned as they are. */
export function toApiProblem(error: unknown, response: Response | undefined): unknown {
  if (error instanceof ApiProblem) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  if (!response) return new ApiProblem(0, { code: 'unreachable' });
  const isDocument = typeof error === 'object' && error !== null && !(error instanceof Error);
  const retryAfter = Number(response.headers.get('Retry-After')) || undefined;
  return new ApiProblem(response.status, isDocument ? (error as Record<string, unknown>) : {}, retryAfter);
}
