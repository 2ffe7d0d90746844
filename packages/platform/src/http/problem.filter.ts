import { ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { contextOrUndefined } from '../context/index.js';
import { UnknownTenantError } from '../db/unit-of-work.js';
import { ProblemError, type ProblemExtras, unauthorized } from '../errors/index.js';

/** The part of a logger that the filter needs. */
export interface ErrorLog {
  error(details: object, message: string): void;
}

/** DI token of the log for unexpected errors. */
export const ERROR_LOG = Symbol('ErrorLog');

/** Media type of problem details (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const CODES: Record<number, [string, string]> = {
  400: ['badRequest', "The request can't be read"],
  404: ['notFound', 'Not found'],
  405: ['methodNotAllowed', 'Method not allowed'],
  408: ['timeout', 'The request took too long'],
  413: ['tooLarge', 'The body is too large'],
  414: ['tooLarge', 'The address is too long'],
  415: ['unsupportedMediaType', 'Unsupported media type'],
};

/** Converts anything thrown to problem details. Details of unexpected errors go to the log only. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof UnknownTenantError)
    return unauthorized('unknownTenant', 'This company no longer exists.');
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : ((error as { statusCode?: number })?.statusCode ?? 500);
  if (status >= 400 && status < 500) {
    const [code, title] = CODES[status] ?? ['badRequest', "The request can't be read"];
    const thrown = (error as { code?: string }).code;
    if (thrown === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
      return new ProblemError(
        415,
        'unsupportedMediaType',
        CODES[415]![1],
        'Send the body as application/json.',
      );
    if (thrown === 'FST_ERR_CTP_BODY_TOO_LARGE' || thrown === 'FST_REQ_FILE_TOO_LARGE')
      return new ProblemError(
        413,
        'tooLarge',
        CODES[413]![1],
        'Stay below the limit of this endpoint or split the request.',
      );
    if (
      error instanceof SyntaxError ||
      thrown === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
      thrown === 'FST_ERR_CTP_EMPTY_JSON_BODY'
    )
      return new ProblemError(400, 'malformedJson', CODES[400]![1], "The body isn't valid JSON.");
    return new ProblemError(status, code, title, status === 404 ? 'Nothing exists at this address.' : title);
  }
  const pgCode = (error as { code?: string })?.code;
  // Serialisation failure or deadlock: nothing was written, and the same request may be sent again.
  if (pgCode === '40001' || pgCode === '40P01')
    return new ProblemError(
      409,
      'writeConflict',
      'Conflict',
      'Someone else just changed the same records. Try again.',
    );
  // Somebody else deleted what a row refers to, or added the same, between the check and the write.
  if (pgCode === '23503' || pgCode === '23505')
    return new ProblemError(
      409,
      'changedMeanwhile',
      'Conflict',
      'Someone else just added, changed or deleted something that this depends on. Load the page again, then try again.',
    );
  if (pgCode === '22021' || pgCode === '22P05')
    return new ProblemError(
      422,
      'invalidText',
      'Some fields need attention',
      "A text contains a NUL character, which can't be stored. Remove it.",
    );
  // A query reached its time limit. Not 503: the server is fine, and the same request would take as long again.
  if (pgCode === '57014')
    return new ProblemError(
      504,
      'queryTooSlow',
      'The query took too long',
      'Narrow it with a filter, search for longer words, or leave out count=exact.',
    );
  if (
    pgCode === 'ECONNREFUSED' ||
    pgCode === '57P01' ||
    pgCode === '57P03' ||
    pgCode === '53300' ||
    pgCode === 'ECONNRESET'
  )
    return new ProblemError(
      503,
      'unavailable',
      'Unavailable',
      "Can't reach the database. Try again in a moment.",
      {
        headers: { 'Retry-After': '2' },
      },
    );
  return new ProblemError(
    500,
    'internal',
    'Something went wrong',
    'The error was recorded. Include the correlation ID when you report it.',
  );
}

/** Returns the JSON body of a problem. */
export function problemBody(problem: ProblemError): Record<string, unknown> {
  const { headers: _, ...members } = problem.extras as ProblemExtras;
  return {
    type: `https://pellucid.dev/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    ...(problem.detail ? { detail: problem.detail } : {}),
    correlationId: contextOrUndefined()?.correlationId ?? 'none',
    ...members,
  };
}

/** Answers every failure as application/problem+json (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(ERROR_LOG) private readonly log: ErrorLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error);
    const isUnforeseen = !(error instanceof ProblemError) && problem.code === 'changedMeanwhile';
    if (problem.status >= 500 || isUnforeseen)
      this.log.error({ err: error, code: problem.code }, 'request failed');
    if (reply.sent) return;
    // RFC 9110 §15.5.2: a 401 says how to log in.
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    for (const [name, value] of Object.entries(problem.extras.headers ?? {})) reply.header(name, value);
    reply
      .status(problem.status)
      .header('content-type', PROBLEM_TYPE)
      .send(JSON.stringify(problemBody(problem)));
  }
}
