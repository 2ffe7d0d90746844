import { expect, test } from 'vitest';
import { z } from 'zod';
import { backoffMs, classifyError, defineJob, JobHandlerRegistry, PermanentError } from './index.js';

const handler = { handle: async () => {} };
const contract = defineJob({ name: 'checks.one', schema: z.object({}) });

test('a contract without a handler, or with two, is named', () => {
  const registry = new JobHandlerRegistry();
  expect(() => registry.check([contract])).toThrow('no handler for checks.one');
  registry.register(contract, handler);
  expect(() => registry.check([contract])).not.toThrow();
  registry.register(contract, handler);
  expect(() => registry.check([contract])).toThrow('more than one handler for checks.one');
});

test('two contracts with the same name are refused', () => {
  expect(() => defineJob({ name: 'checks.one', schema: z.object({}) })).toThrow('two jobs are named');
});

test('the wait doubles up to its cap and stays within its upper half', () => {
  const waits = (random: number) =>
    [1, 2, 3, 4, 90].map((n) => backoffMs({ firstMs: 100, maxMs: 500 }, n, () => random));
  expect(waits(0)).toEqual([50, 100, 200, 250, 250]);
  expect(waits(1)).toEqual([100, 200, 400, 500, 500]);
});

test('errors are classified by type and code', () => {
  expect(classifyError(new PermanentError('gone'))).toBe('permanent');
  expect(classifyError(Object.assign(new Error('x'), { code: '40001' }))).toBe('transient');
  expect(classifyError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toBe('transient');
  expect(classifyError(Object.assign(new Error('x'), { code: '23505' }))).toBe('unknown');
  expect(classifyError('a string')).toBe('unknown');
});
