import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  CONDITION_LIMITS,
  checkCondition,
  type Condition,
  ConditionError,
  compileEvaluator,
  conditionSchema,
  toSql,
} from '../src/index.js';
import { clock, resolver } from './sample-fields.js';
import { holds, LEAF, messages, problemsOf } from './checks.js';

const QUESTION = { lines: 'lines', match: 'any', where: { field: 'lines.size', op: 'exists' } };

describe('the structure', () => {
  it('accepts groups, leaves and lists', () => {
    const input = {
      all: [LEAF, { not: { any: [{ field: 'parent.status', op: 'in', value: ['a', 'b'] }] } }, { any: [] }],
    };
    expect(conditionSchema.parse(input)).toEqual(input);
  });

  it.each([
    [null, '/: a condition is an object'],
    [[], '/: a condition is an object'],
    ['x', '/: a condition is an object'],
    [{}, '/field: name a field'],
    [{ ...LEAF, extra: 1 }, '/: unknown key "extra"'],
    [{ all: [], any: [] }, '/: "all" stands alone'],
    [{ all: LEAF }, '/all: "all" takes a list'],
    [{ lines: 'lines', match: 'some', where: LEAF }, '/match: use one of any, none, every'],
    [{ lines: '', match: 'any', where: LEAF }, '/lines: name the lines'],
    [{ lines: 'lines', match: 'any', where: LEAF }, '/where/field: within a question about lines'],
    [{ lines: 'lines', match: 'any', where: QUESTION }, '/where: a question about lines cannot'],
    [{ ...QUESTION, op: 'eq' }, '/: unknown key "op"'],
    [{ all: Array(101).fill(QUESTION) }, 'too many conditions: 200'],
    [{ all: [LEAF, 7] }, '/all/1: a condition is an object'],
    [{ ...LEAF, op: 'like' }, '/op: unknown operator "like"'],
    [{ ...LEAF, op: 'constructor' }, '/op: unknown operator "constructor"'],
    [{ ...LEAF, field: 'a..b' }, '/field: name a field'],
    [{ ...LEAF, field: '__proto__' }, '/field: name a field'],
    [{ ...LEAF, value: { $gt: 1 } }, '/value: a value is a text'],
    [{ ...LEAF, op: 'in', value: [['a']] }, '/value/0: a value is a text'],
    [{ ...LEAF, op: 'in', value: Array(1001).fill('a') }, '/value: a list has 1000 values at most'],
    [{ ...LEAF, value: 'x'.repeat(4001) }, '/value: a text to compare with has 4000'],
    [{ all: Array(201).fill(LEAF) }, 'too many conditions: 200'],
    [{ all: [{ any: Array(150).fill(LEAF) }, { any: Array(51).fill(LEAF) }] }, 'too many conditions: 200'],
  ])('refuses %j readably', (input, expected) => {
    expect(messages(input).join('\n')).toContain(expected);
  });

  it('accepts eight levels and refuses nine, or a hundred thousand', () => {
    const nested = (levels: number) => {
      let tree: unknown = LEAF;
      for (let i = 0; i < levels; i++) tree = i % 2 ? { not: tree } : { all: [tree] };
      return tree;
    };
    expect(messages(nested(CONDITION_LIMITS.depth))).toEqual([]);
    expect(messages(nested(CONDITION_LIMITS.depth + 1))[0]).toContain('nested too deep');
    expect(messages(nested(100_000))[0]).toContain('nested too deep');
  });

  it('describes itself as JSON Schema', () => {
    const schema = JSON.stringify(z.toJSONSchema(conditionSchema, { io: 'input' }));
    expect(schema).toContain('last_n_days');
    expect(schema).toContain('Condition');
  });
});

describe('the check against fields', () => {
  it('points at each mistake', () => {
    const tree: Condition = {
      all: [
        { field: 'nothing', op: 'eq', value: 1 },
        { not: { field: 'name', op: 'gt', value: 'a' } },
        { any: [{ field: 'amount', op: 'in', value: ['1', 'x', null] }] },
      ],
    };
    expect(
      problemsOf({
        all: [
          { lines: 'nothing', match: 'any', where: { all: [] } },
          { lines: 'children', match: 'none', where: { not: { field: 'children.nothing', op: 'exists' } } },
          { lines: 'children', match: 'every', where: { field: 'children.name', op: 'changed' } },
        ],
      }),
    ).toEqual([
      ['/all/0/lines', 'unknown_field'],
      ['/all/1/where/not/field', 'unknown_field'],
      ['/all/2/where/op', 'needs_change'],
    ]);
    expect(problemsOf(tree)).toEqual([
      ['/all/0/field', 'unknown_field'],
      ['/all/1/not/op', 'operator_not_allowed'],
      ['/all/2/any/0/value/1', 'wrong_type'],
      ['/all/2/any/0/value/2', 'null_value'],
    ]);
  });

  it.each<[Condition, string]>([
    [{ field: 'name', op: 'eq', value: null }, 'null_value'],
    [{ field: 'name', op: 'eq' }, 'value_missing'],
    [{ field: 'name', op: 'eq', value: 5 }, 'wrong_type'],
    [{ field: 'name', op: 'contains', value: '' }, 'empty_value'],
    [{ field: 'name', op: 'contains', value: ' \u200b' }, 'empty_value'],
    [{ field: 'name', op: 'contains', value: 'a\0b' }, 'invalid_text'],
    [{ field: 'name', op: 'eq', value: '\ud800' }, 'invalid_text'],
    [{ field: 'name', op: 'in', value: 'a' }, 'wrong_type'],
    [{ field: 'name', op: 'exists', value: 'yes' }, 'wrong_type'],
    [{ field: 'amount', op: 'gt', value: '92233720368547758.08' }, 'out_of_range'],
    [{ field: 'amount', op: 'gt', value: '92233720368547758.071' }, 'out_of_range'],
    [{ field: 'amount', op: 'gt', value: 1e300 }, 'out_of_range'],
    [{ field: 'amount', op: 'eq', value: 9007199254740994 }, 'inexact'],
    [{ field: 'amount', op: 'eq', value: 0.1234567890123456 }, 'inexact'],
    [{ field: 'amount', op: 'gt', value: '1,000' }, 'wrong_type'],
    [{ field: 'amount', op: 'between', value: ['1'] }, 'wrong_type'],
    [{ field: 'amount', op: 'between', value: ['2', '1.999'] }, 'reversed_range'],
    [{ field: 'active', op: 'eq', value: 'true' }, 'wrong_type'],
    [{ field: 'closed', op: 'eq', value: '2026-02-30' }, 'wrong_type'],
    [{ field: 'closed', op: 'eq', value: '2026-02-03T10:00:00Z' }, 'wrong_type'],
    [{ field: 'closed', op: 'last_n_days', value: -1 }, 'wrong_type'],
    [{ field: 'closed', op: 'last_n_days', value: 1e9 }, 'wrong_type'],
    [{ field: 'closed', op: 'today', value: 3 }, 'value_unexpected'],
    [{ field: 'seen', op: 'gt', value: '2026-02-03T10:00:00' }, 'wrong_type'],
    [{ field: 'status', op: 'eq', value: 'lost' }, 'unknown_option'],
    [{ field: 'regions', op: 'contains', value: ['New', 'x'] }, 'unknown_option'],
    [{ field: 'owner', op: 'eq', value: 'me' }, 'wrong_type'],
  ])('refuses %j', (condition, code) => {
    const problems = checkCondition(condition, resolver);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(() => compileEvaluator(condition, resolver, clock)).toThrow();
  });

  it('refuses an empty list from a person; one made by a program matches nothing', () => {
    const none: Condition = { field: 'name', op: 'in', value: [] };
    expect(problemsOf(none)).toEqual([['/value', 'empty_value']]);
    expect(holds(none, { name: 'x' })).toBe(false);
    expect(holds({ field: 'name', op: 'nin', value: [] }, { name: 'x' })).toBe(true);
  });

  it('says how to ask for null instead', () => {
    const [problem] = checkCondition({ field: 'name', op: 'eq', value: null }, resolver);
    expect(problem!.message).toContain('op "exists" with value false');
  });

  it('throws the same problems when a refused tree is compiled', () => {
    const bad: Condition = { all: [{ field: 'nothing', op: 'today' }] };
    expect(() => compileEvaluator(bad, resolver, clock)).toThrow(ConditionError);
    expect(() => toSql(bad, { param: () => '$1', clock, resolver, column: () => ({ value: 'x' }) })).toThrow(
      '/all/0',
    );
  });
});
