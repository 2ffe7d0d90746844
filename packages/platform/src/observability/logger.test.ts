import { expect, test } from 'vitest';
import { newContext, runInContext } from '../context/index.js';
import { createLogger, describeError, errorLine, errorReason, NestLogger } from './index.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): any[] {
  const lines: string[] = [];
  write(createLogger({ level: 'debug', name: 'api' }, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line));
}

test('a line within a request carries its correlation, tenant and route', () => {
  const context = newContext({ correlationId: 'c-1', tenantId: 't-1', route: '/accounts/:id' });
  const [line] = logged((logger) => runInContext(context, () => logger.info({ count: 3 }, 'listed')));
  expect(line).toMatchObject({
    level: 'info',
    process: 'api',
    correlationId: 'c-1',
    tenantId: 't-1',
    route: '/accounts/:id',
    count: 3,
    msg: 'listed',
  });
});

test('credentials do not reach the log', () => {
  const lines = logged((logger) => {
    logger.info(
      { password: 'hunter2', headers: { authorization: 'Bearer hunter2', cookie: 'r=hunter2' } },
      'x',
    );
  });
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines[0].headers.authorization).toBe('[redacted]');
});

test('an error is logged without the record content a database puts into it', () => {
  const error = Object.assign(new Error('invalid input syntax for type date: "canary"'), {
    name: 'error',
    severity: 'ERROR',
    routine: 'DateTimeParseError',
    code: '22007',
    detail: 'Key (email)=(canary) already exists.',
    where: 'unnamed portal parameter $1 = canary',
  });
  const [line] = logged((logger) => logger.error({ err: error }, 'failed'));
  expect(line.err).toMatchObject({ code: '22007', message: 'data exception' });
  expect(line.err.stack[0]).toMatch(/^at /);
  expect(JSON.stringify(line)).not.toContain('canary');
});

test('an overlong message is cut, and a value that is not an error is described as such', () => {
  expect(describeError(new Error('x'.repeat(5_000))).message.length).toBeLessThan(500);
  expect(describeError('text')).toEqual({ type: 'string', message: 'something that is no Error was thrown' });
});

test('Nest’s messages come out as JSON with their scope', () => {
  const [line] = logged((logger) => new NestLogger(logger).warn('careful', 'RouterExplorer'));
  expect(line).toMatchObject({ level: 'warn', scope: 'RouterExplorer', msg: 'careful' });
});

test('the reason in a stored line is the code of the error, or its type', () => {
  const refused = Object.assign(new Error('the account Acme [x]: no'), { code: 'tooLarge' });
  expect(errorReason(errorLine(refused))).toBe('tooLarge');
  expect(errorReason(errorLine(new TypeError('Acme: [not] a code')))).toBe('TypeError');
  expect(errorReason('no line of an error')).toBe('unknown');
});
