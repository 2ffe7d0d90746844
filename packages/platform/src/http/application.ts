import 'reflect-metadata';
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyMultipart from '@fastify/multipart';
import type { LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/index.js';
import { newContext, runInContext } from '../context/index.js';
import { traceRequests } from '../observability/spans.js';
import { badRequest, ProblemError, unprocessable } from '../errors/index.js';
import { languageOf } from './accept-language.js';
import { countArrivals, refuseArrivals } from './arrival.js';
import { compressAnswers } from './compression.js';
import { REQUEST_LIMITER, type RequestLimiter } from './endpoint.guard.js';
import { storabilityProblem } from './storable-json.js';
import { PROBLEM_TYPE, problemBody, toProblem } from './problem.filter.js';
import { shouldUpgradeCallback } from './upgrades.js';
import { serveWebApp } from './web-app.js';

/** Maximum size of JSON bodies in bytes; uploads have their own limit. */
const BODY_LIMIT = 2 * 1024 * 1024;
/** Maximum size of uploads (import files) in bytes. */
export const UPLOAD_LIMIT = 200 * 1024 * 1024;

/** Milliseconds for which an idle connection is kept open; longer than the idle timeout of common proxies. */
const KEEP_ALIVE_MS = 72_000;

const CORRELATION = /^[\w.:-]{1,128}$/;

/** Called with each finished request, for the access log and metrics. */
export type RequestObserver = (done: {
  method: string;
  route: string;
  status: number;
  seconds: number;
  roundTrips: number;
}) => void;

/**
 * Creates the HTTP application: Fastify, a work context per request, security headers, problem+json, the static web
 * app. It does not listen yet.
 */
export async function createApiApplication(
  module: Type<unknown>,
  config: Config,
  options: { logger?: LoggerService | false; observe?: RequestObserver; preview?: boolean } = {},
): Promise<NestFastifyApplication> {
  let app: NestFastifyApplication;
  const limiter = () => app.get<RequestLimiter>(REQUEST_LIMITER, { strict: false });
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustedHops(config.PELLUCID_TRUST_PROXY),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    // Closes sockets that send headers or bodies slowly or not at all; they would otherwise stay open forever.
    requestTimeout: config.PELLUCID_REQUEST_SECONDS * 1000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      shouldUpgradeCallback,
      requestTimeout: config.PELLUCID_REQUEST_SECONDS * 1000,
      headersTimeout: config.PELLUCID_HEADERS_SECONDS * 1000,
      connectionsCheckingInterval: Math.min(5_000, config.PELLUCID_HEADERS_SECONDS * 500),
    },
    return503OnClosing: true,
    frameworkErrors: (error: Error, request: any, reply: any) =>
      answerUnroutable(error, request, reply, limiter()),
    clientErrorHandler: (error: Error, socket: Socket) => answerUnreadable(error, socket, limiter()),
  } as never);
  const fastify = adapter.getInstance();
  if (config.PELLUCID_TRACING || config.OTEL_EXPORTER_OTLP_ENDPOINT) traceRequests(fastify as never);
  bindContext(fastify, config, options.observe);
  countArrivals(fastify, limiter);
  readJsonStrictly(fastify);
  passBytesOn(fastify);
  acceptForms(fastify);
  app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: options.logger ?? false,
    preview: options.preview ?? false,
    abortOnError: false,
    bodyParser: false,
  });
  app.setGlobalPrefix('api/v1', { exclude: ['healthz', 'readyz'] });
  await app.register(fastifyHelmet as never, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        // Previews of documents, which have the type that was found in their content.
        frameSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: config.NODE_ENV === 'production' ? { maxAge: 31_536_000 } : false,
  });
  await app.register(fastifyCookie as never);
  await app.register(fastifyMultipart as never, {
    limits: {
      fileSize: UPLOAD_LIMIT,
      files: 1,
      fields: 10,
      parts: 11,
      fieldSize: 1024 * 1024,
      fieldNameSize: 100,
      headerPairs: 100,
    },
  });
  if (config.PELLUCID_CORS_ORIGINS.length)
    app.enableCors({
      origin: config.PELLUCID_CORS_ORIGINS,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: [
        'ETag',
        'X-Correlation-Id',
        'RateLimit-Limit',
        'RateLimit-Remaining',
        'RateLimit-Reset',
        'Retry-After',
      ],
    });
  await app.register(refuseArrivals as never);
  await compressAnswers(app);
  await serveWebApp(app, config.PELLUCID_WEB_DIR);
  return app;
}

/**
 * Trusts the X-Forwarded-* headers of the given number of proxies. A function, because Fastify treats a bare number as
 * none.
 */
function trustedHops(count: number): false | ((address: string, hop: number) => boolean) {
  return count > 0 && ((_address, hop) => hop < count);
}

/** Answers a request whose URL no router can parse: it reaches neither hooks nor filters. */
async function answerUnroutable(
  error: Error,
  request: any,
  reply: any,
  limiter: RequestLimiter,
): Promise<void> {
  const context = newContext({ correlationId: randomUUID() });
  const { headers, refusal } = await limiter.arrival(request);
  const problem = refusal ?? toProblem(error);
  runInContext(context, () =>
    reply
      .status(problem.status)
      .headers(headers)
      .header('content-type', PROBLEM_TYPE)
      .header('x-correlation-id', context.correlationId)
      .send(JSON.stringify(problemBody(problem))),
  );
}

/** Answers on the bare socket when the input is not HTTP, or its headers are too long. */
async function answerUnreadable(
  error: Error & { code?: string },
  socket: Socket,
  limiter: RequestLimiter,
): Promise<void> {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { headers, refusal } = await limiter.arrival({ ip: socket.remoteAddress ?? 'unknown' });
  if (!socket.writable) return void socket.destroy();
  const problem = refusal ?? unreadableProblem(error);
  const body = runInContext(newContext({ correlationId: randomUUID() }), () =>
    JSON.stringify(problemBody(problem)),
  );
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function unreadableProblem(error: Error & { code?: string }): ProblemError {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new ProblemError(
      431,
      'tooLarge',
      'The address and headers are too long',
      'Send long filters to POST …/query instead of in the address.',
    );
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError(408, 'timeout', 'The request took too long');
  return badRequest('malformedRequest', "This isn't a valid HTTP request.");
}

/** Runs each request in its own work context, with one correlation id from the first hook to the last. */
function bindContext(fastify: any, config: Config, observe?: RequestObserver): void {
  fastify.addHook('onRequest', (request: any, reply: any, done: (error?: Error) => void) => {
    const given = request.headers['x-correlation-id'];
    const correlationId = typeof given === 'string' && CORRELATION.test(given) ? given : randomUUID();
    const context = newContext({
      correlationId,
      route: request.routeOptions?.url,
      language: languageOf(request.headers['accept-language']),
      origin: { ip: request.ip, userAgent: String(request.headers['user-agent'] ?? '').slice(0, 300) },
    });
    request.workContext = context;
    reply.header('x-correlation-id', correlationId);
    runInContext(context, () => done());
  });
  // Body parsing switches to another async chain, so the context is bound again before handlers start.
  fastify.addHook('preValidation', (request: any, _reply: any, done: () => void) =>
    runInContext(request.workContext, done),
  );
  fastify.addHook(
    'onSend',
    (request: any, reply: any, payload: unknown, done: (e: null, p: unknown) => void) => {
      if (config.PELLUCID_SERVER_TIMING)
        reply.header('server-timing', `db;desc="${request.workContext?.roundTrips ?? 0} round trips"`);
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
      done(null, payload);
    },
  );
  if (observe)
    fastify.addHook('onResponse', (request: any, reply: any, done: () => void) => {
      runInContext(request.workContext ?? newContext({ correlationId: 'none' }), () =>
        observe({
          method: request.method,
          route: request.routeOptions?.url ?? 'unmatched',
          status: reply.statusCode,
          seconds: reply.elapsedTime / 1000,
          roundTrips: request.workContext?.roundTrips ?? 0,
        }),
      );
      done();
    });
}

/** Media type of pieces of uploads, as tus 1.0 names it. */
export const UPLOAD_PIECE = 'application/offset+octet-stream';

/** Hands pieces of uploads to their handler as streams, which measures them while they are stored. */
function passBytesOn(fastify: any): void {
  fastify.addContentTypeParser(
    UPLOAD_PIECE,
    (_request: unknown, stream: unknown, done: (error: null, body: unknown) => void) => done(null, stream),
  );
}

/** Routes that mail programs post to, with a form that says nothing new (RFC 8058 §3.2). */
const FORM_POSTS: ReadonlySet<string> = new Set(['/api/v1/stopped-mails']);

/** Lets forms through to {@link FORM_POSTS}, unread. Everything else is JSON: browsers post forms across sites. */
function acceptForms(fastify: any): void {
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (request: any, _bytes: Buffer, done: (e: Error | null, v?: unknown) => void) => {
      if (FORM_POSTS.has(request.routeOptions?.url)) done(null, undefined);
      else
        done(
          Object.assign(new Error('Unsupported media type'), {
            code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
            statusCode: 415,
          }),
        );
    },
  );
}

/** Returns why a body can't be read: it is no JSON, or has a key by which it would change the prototype of objects. */
function unreadableJson(body: string): ProblemError {
  try {
    JSON.parse(body);
  } catch (error) {
    return badRequest(
      'malformedJson',
      `The body isn't valid JSON: ${(error as Error).message.slice(0, 200)}. Correct it there.`,
    );
  }
  return badRequest(
    'reservedKey',
    'The body has a key "__proto__", or "prototype" within "constructor". Nothing can have this name. Remove the key.',
  );
}

/** Refuses JSON bodies that are nested too deep or contain text that cannot be stored, with a pointer to the place. */
function readJsonStrictly(fastify: any): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser?.('application/json');
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: unknown, bytes: Buffer, done: (e: Error | null, v?: unknown) => void) => {
      if (bytes.length === 0) return done(null, undefined);
      // Decoding would replace bytes that are not UTF-8 (RFC 8259 §8.1) with U+FFFD and store a different text than was
      // sent.
      if (!isUtf8(bytes))
        return done(badRequest('malformedJson', "The body isn't UTF-8. Send JSON in UTF-8."));
      const body = bytes.toString('utf8');
      parse(request, body, (error: Error | null, value: unknown) => {
        if (error) return done(unreadableJson(body));
        const problem = storabilityProblem(value);
        if (problem) return done(unprocessable([problem]));
        done(null, value);
      });
    },
  );
}
