import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { contextOrUndefined } from '../context/index.js';
import { describeError } from './error-description.js';

/** A structured logger: `logger.info({jobId}, 'job done')`. Never give it record content. */
export type Logger = PinoLogger;

/** DI token of the {@link Logger}. */
export const LOGGER = Symbol('Logger');

/** Keys of credentials, redacted anywhere in the first two levels. */
const SECRETS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'authorization',
  'x-api-key',
  'cookie',
  'set-cookie',
];

/**
 * Creates a JSON logger on standard output. Each line within a work context carries its correlation id, tenant and
 * route.
 * @param options.level `trace` … `fatal` or `silent`
 * @param options.name name of the process, e.g. `api`
 * @param destination replaces standard output, for tests
 */
export function createLogger(
  options: { level: string; name?: string },
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level: options.level,
      base: { pid: process.pid, ...(options.name ? { process: options.name } : {}) },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRETS.flatMap((key) => [`["${key}"]`, `*["${key}"]`]),
        censor: '[redacted]',
      },
      serializers: { err: serializeError },
      mixin: () => {
        const context = contextOrUndefined();
        if (!context) return {};
        return {
          correlationId: context.correlationId,
          ...(context.tenantId ? { tenantId: context.tenantId } : {}),
          ...(context.route ? { route: context.route } : {}),
        };
      },
    },
    destination ?? pino.destination({ dest: 1, sync: process.env['NODE_ENV'] === 'test' }),
  );
}

/** Returns the description and the stack without its first lines, which repeat the message. */
function serializeError(error: unknown): object {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const cause = error instanceof Error && error.cause ? { cause: describeError(error.cause) } : {};
  return { ...describeError(error), ...cause, stack: frames.slice(0, 12).map((line) => line.trim()) };
}

/** Routes Nest's own messages to the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    // Nest logs every route and module that it sets up, which is debug detail.
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: Level, message: unknown, rest: unknown[]): void {
    const scope = rest.findLast((part) => typeof part === 'string' && !part.includes('\n'));
    const bindings = scope ? { scope } : {};
    if (message instanceof Error) this.logger[level]({ ...bindings, err: message }, message.name);
    else this.logger[level](bindings, String(message));
  }
}

/** Runs the callback at most once per period, so that an outage does not fill the disk with log lines. */
export function throttled(periodMs: number): (write: () => void) => void {
  let next = 0;
  return (write) => {
    const now = Date.now();
    if (now < next) return;
    next = now + periodMs;
    write();
  };
}
