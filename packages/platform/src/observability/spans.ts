import { type Attributes, context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contextOrUndefined } from '../context/index.js';
import { describeError } from './error-description.js';

/** A trace's context in W3C form (`traceparent`, `tracestate`), as stored in a job's row. */
export type TraceCarrier = Record<string, string>;

const tracer = () => trace.getTracer('pellucid');

/** Returns the current trace, to be stored with deferred work; undefined when tracing is off. */
export function traceCarrier(): TraceCarrier | undefined {
  const carrier: TraceCarrier = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'] ? carrier : undefined;
}

/**
 * Runs the function in a span. Without tracing (see `./tracing`), this costs one function call.
 * @param options.carrier continues this trace instead of the current one
 */
export async function inSpan<T>(
  name: string,
  options: { kind?: SpanKind; attributes?: Attributes; carrier?: TraceCarrier | undefined },
  fn: () => Promise<T>,
): Promise<T> {
  const parent = options.carrier ? propagation.extract(context.active(), options.carrier) : context.active();
  const work = contextOrUndefined();
  const attributes: Attributes = {
    ...(work ? { 'pellucid.correlation_id': work.correlationId } : {}),
    ...(work?.tenantId ? { 'pellucid.tenant_id': work.tenantId } : {}),
    ...options.attributes,
  };
  return tracer().startActiveSpan(
    name,
    { kind: options.kind ?? SpanKind.INTERNAL, attributes },
    parent,
    async (span) => {
      try {
        return await fn();
      } catch (error) {
        // Not recordException: the message or stack of a library may quote record content.
        span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(error).type });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}

const REQUEST_SPAN = Symbol('requestSpan');

/** Creates a server span for each request, named by its route, that continues the caller's `traceparent`. */
export function traceRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const parent = propagation.extract(context.active(), request.headers);
    const route = request.routeOptions.url ?? 'unknown';
    const span = tracer().startSpan(
      `${request.method} ${route}`,
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': route } },
      parent,
    );
    (request as SpannedRequest)[REQUEST_SPAN] = span;
    context.with(trace.setSpan(parent, span), done);
  });
  // Reading the body switches to another async chain, so the span is bound again before handlers start.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = (request as SpannedRequest)[REQUEST_SPAN];
    if (span) context.with(trace.setSpan(context.active(), span), done);
    else done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = (request as SpannedRequest)[REQUEST_SPAN];
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

type SpannedRequest = FastifyRequest & {
  [REQUEST_SPAN]?: ReturnType<ReturnType<typeof tracer>['startSpan']>;
};

/** Sends buffered spans. Called at shutdown; does nothing when tracing is off. */
export async function flushTraces(): Promise<void> {
  const provider = trace.getTracerProvider() as { getDelegate?(): { forceFlush?(): Promise<void> } };
  // A collector that is down must not keep the process alive.
  await provider
    .getDelegate?.()
    .forceFlush?.()
    .catch(() => {});
}
