import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ApiRequest } from './endpoint.js';
import { etagOf, type IdempotencyRequest, idempotencyOf, ifMatchOf } from './request-headers.js';

/** Where the jobs are that people follow. */
export const BULK_JOBS = '/api/v1/bulk-jobs';

/** What a handler reads from the headers of its request and sets on its response. */
export class HttpExchange {
  /** @param request the request as Fastify has it @param reply its response */
  constructor(
    readonly request: ApiRequest,
    private readonly reply: FastifyReply,
  ) {}

  /** The version in If-Match; undefined for `*` or no header. @throws ProblemError 400 for an invalid one */
  get ifMatch(): number | undefined {
    return ifMatchOf(this.request);
  }

  /** The Idempotency-Key with a hash of the request. @throws ProblemError 400 for an invalid key */
  get idempotency(): IdempotencyRequest | undefined {
    return idempotencyOf(this.request);
  }

  /** Sets the ETag of an answer, and returns the answer. */
  tagged<T extends { version: number }>(answer: T): T {
    this.reply.header('etag', etagOf(answer.version));
    return answer;
  }

  /**
   * Sets the Location of something that was created, and its ETag if it has a version. Returns it.
   * @param path where such things are; the path of the request if left out
   */
  created<T extends { id: string; version?: number }>(answer: T, path = this.path): T {
    this.reply.header('location', `${path}/${answer.id}`);
    if (answer.version !== undefined) this.reply.header('etag', etagOf(answer.version));
    return answer;
  }

  /** Sets a header of the response. */
  header(name: string, value: string): void {
    this.reply.header(name, value);
  }

  /** Sets the status of the response, where it is not the declared one. */
  status(code: number): void {
    this.reply.status(code);
  }

  /** Whether a browser asks for a page, not a program for data. */
  get wantsPage(): boolean {
    return /\btext\/html\b/.test(this.request.headers.accept ?? '');
  }

  private get path(): string {
    return this.request.url.split('?')[0]!.replace(/\/$/, '');
  }
}

/** Parameter decorator: the {@link HttpExchange} of the request. */
export const Exchange = createParamDecorator((_: unknown, context: ExecutionContext): HttpExchange => {
  const http = context.switchToHttp();
  return new HttpExchange(http.getRequest<ApiRequest>(), http.getResponse<FastifyReply>());
});
