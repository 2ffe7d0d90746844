import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  CONDITION_LIMITS,
  checkCondition,
  type Condition,
  ConditionError,
  compileEvaluator,
  conditionSchema,
  evaluate,
  explain,
  fieldsOf,
  isBlankText,
  type Leaf,
  negationNormalForm,
  normalizeText,
  operatorLabel,
  OPERATORS,
  operatorsFor,
  readerOf,
  tidyKey,
  tidyText,
  toSql,
} from '../src/index.js';
import { CLOCK, leafAmong, RECORDS, treeOver } from './arbitraries.js';
import { clock, FIELDS, resolver } from './sample-fields.js';

function holds(condition: Condition, record: Record<string, unknown>, at = clock): boolean {
  return evaluate(condition, record, resolver, at);
}

function problemsOf(condition: Condition) {
  return checkCondition(condition, resolver).map(({ pointer, code }) => [pointer, code]);
}

function messages(input: unknown): string[] {
  const parsed = conditionSchema.safeParse(input);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => `/${issue.path.join('/')}: ${issue.message}`);
}

const LEAF = { field: 'name', op: 'eq', value: 'x' };

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

describe('text', () => {
  it.each([
    ['STRASSE', 'straße'],
    ['Straẞe', 'strasse'],
    ['İSTANBUL', 'istanbul'],
    ['ISTANBUL', 'ıstanbul'],
    ['e\u0301', 'É'],
    ['Łódź', 'LODZ'],
    ['Ærø', 'aero'],
    ['œuvre', 'OEUVRE'],
    ['ΟΔΟΣ', 'οδός'],
    ['ﬁn', 'FIN'],
    ['ＡＢＣ', 'abc'],
    ['Ёлка', 'елка'],
    ['VIP ', 'vip'],
    ['New\u00a0 York', 'new york'],
    ['V\u200bI\u00adP\ufeff', 'vip'],
    ['\u200b\u2060\u3164\u2800\ufe0f', ''],
    ['O’Brien', "O'Brien"],
    ['Peter´s `Bar‘', "peter's 'bar'"],
    ['„Zitat“ «mot» ″', '"zitat" "mot" "'],
    ['co‑op – a—b −1', 'co-op - a-b -1'],
    // An iota below, beside a mark that belongs between letter and iota: in either order, and as one letter.
    ['\u03b1\u0345\u{1d165}', '\u0391\u0399\u{1d165}'],
    ['\u1fb3\u05b0', '\u0391\u0399\u05b0'],
  ])('takes %j and %j as equal', (a, b) => {
    expect(normalizeText(a)).toBe(normalizeText(b));
  });

  it.each([
    ['か', 'が'],
    ['की', 'कु'],
    ['a b', 'ab'],
    ["o'b", 'ob'],
    ['1', '2'],
  ])('keeps %j and %j apart', (a, b) => {
    expect(normalizeText(a)).not.toBe(normalizeText(b));
  });

  it('has an idempotent normal form, whatever the case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const normal = normalizeText(text);
        expect(normalizeText(normal)).toBe(normal);
        expect(normalizeText(text.toUpperCase())).toBe(normal);
        expect(normal.isWellFormed()).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('is idempotent for every character', () => {
    const unstable: string[] = [];
    for (let code = 1; code < 0x20000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const letter = String.fromCodePoint(code);
      const normal = normalizeText(letter);
      const others = new Set([normal, letter.toUpperCase(), letter.toLowerCase()]);
      others.delete(letter);
      if ([...others].some((other) => normalizeText(other) !== normal))
        unstable.push(`U+${code.toString(16)}`);
    }
    expect(unstable).toEqual([]);
  });
});

describe('names and keys', () => {
  it('lose blanks and zero-width characters at their ends, and nothing inside', () => {
    expect(tidyText(' \u200bNew  York\t\u00a0')).toBe('New  York');
    expect(tidyText('❤\ufe0f')).toBe('❤\ufe0f');
    expect(tidyText('\u200b \u2060')).toBe('');
    expect(tidyText(`x${' '.repeat(100_000)}y`)).toHaveLength(100_002);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const tidy = tidyText(text);
        expect(tidyText(tidy)).toBe(tidy);
        expect(normalizeText(tidy)).toBe(normalizeText(text));
        expect(tidy === '').toBe(isBlankText(text));
      }),
    );
  });

  it('keep case and accents apart where they are keys of another system', () => {
    expect(tidyKey(' 001A\u200b0  x ')).toBe('001A0 x');
    expect(tidyKey('e\u0301')).toBe('é');
  });
});

describe('a choice', () => {
  it('is found in any form of its value', () => {
    expect(holds({ field: 'status', op: 'eq', value: ' GRÖSSE\u200b' }, { status: 'Größe' })).toBe(true);
    expect(holds({ field: 'status', op: 'eq', value: 'new' }, { status: 'New' })).toBe(false);
  });
});

describe('null', () => {
  it('equals nothing, so only negations are true for it', () => {
    for (const [key, info] of Object.entries(FIELDS)) {
      for (const op of operatorsFor(info.type)) {
        const isWanted = (drawn: Leaf) =>
          drawn.op === op && drawn.value !== false && checkCondition(drawn, resolver).length === 0;
        const [leaf] = fc.sample(leafAmong([key]).filter(isWanted), 1);
        const isTrue = op === 'neq' || op === 'nin' || op === 'empty';
        expect(holds(leaf!, { [key]: null }), JSON.stringify(leaf)).toBe(isTrue);
        expect(holds({ not: leaf! }, {})).toBe(!isTrue);
      }
    }
  });

  it('is the result of a path over a null reference', () => {
    expect(holds({ field: 'parent.name', op: 'exists', value: false }, { parent: null })).toBe(true);
    expect(holds({ field: 'parent.name', op: 'neq', value: 'x' }, { parent: null })).toBe(true);
    expect(holds({ field: 'parent.name', op: 'eq', value: 'X' }, { parent: { name: 'x' } })).toBe(true);
  });

  it('is not found on an object’s prototype', () => {
    expect(readerOf({})(['constructor'])).toBeUndefined();
    expect(readerOf({ a: {} })(['a', 'toString'])).toBeUndefined();
  });
});

describe('decimals', () => {
  it.each<[Condition, unknown, boolean]>([
    [{ field: 'amount', op: 'gt', value: '1.005' }, '1.01', true],
    [{ field: 'amount', op: 'gt', value: '1.005' }, '1.00', false],
    [{ field: 'amount', op: 'lt', value: '-1.005' }, '-1.00', false],
    [{ field: 'amount', op: 'lt', value: '-1.005' }, '-1.01', true],
    [{ field: 'amount', op: 'eq', value: '1.005' }, '1.00', false],
    [{ field: 'amount', op: 'neq', value: '1.005' }, '1.00', true],
    [{ field: 'amount', op: 'eq', value: 1.1 }, '1.10', true],
    [{ field: 'amount', op: 'eq', value: '0.1' }, 0.1, true],
    [{ field: 'amount', op: 'eq', value: '0.30' }, 0.1 + 0.2, true],
    [{ field: 'amount', op: 'eq', value: '-1.01' }, '-1.005', true],
    [{ field: 'amount', op: 'eq', value: '90071992547409.93' }, '90071992547409.93', true],
    [{ field: 'amount', op: 'eq', value: '92233720368547758.07' }, '92233720368547758.06', false],
    [{ field: 'amount', op: 'gt', value: '92233720368547758.07' }, '92233720368547758.07', false],
    [{ field: 'whole', op: 'eq', value: 0 }, -0, true],
    [{ field: 'whole', op: 'gt', value: 9.5 }, 10, true],
    [{ field: 'whole', op: 'gt', value: 1 }, 'many', false],
  ])('%j of %j is %j', (condition, value, expected) => {
    const { field } = condition as { field: string };
    expect(holds(condition, { [field]: value })).toBe(expected);
  });
});

describe('days in a zone', () => {
  const on = (condition: Condition, seen: string, now: string, zone: string, more = {}) =>
    holds(condition, { seen }, { now: new Date(now), zone, ...more });
  const today: Condition = { field: 'seen', op: 'today' };

  it('last 23 and 25 hours when the clock changes', () => {
    const noon = '2026-03-29T10:00:00Z';
    expect(on(today, '2026-03-28T23:00:00Z', noon, 'Europe/Berlin')).toBe(true);
    expect(on(today, '2026-03-28T22:59:59.999Z', noon, 'Europe/Berlin')).toBe(false);
    expect(on(today, '2026-03-29T21:59:59.999Z', noon, 'Europe/Berlin')).toBe(true);
    expect(on(today, '2026-03-29T22:00:00Z', noon, 'Europe/Berlin')).toBe(false);
    expect(on(today, '2026-10-25T22:59:59Z', '2026-10-25T10:00:00Z', 'Europe/Berlin')).toBe(true);
  });

  it('begin at one o’clock if midnight does not exist', () => {
    const noon = '2018-11-04T15:00:00Z';
    expect(on(today, '2018-11-04T03:00:00Z', noon, 'America/Sao_Paulo')).toBe(true);
    expect(on(today, '2018-11-04T02:59:59Z', noon, 'America/Sao_Paulo')).toBe(false);
  });

  it('begin with the first of two midnights', () => {
    const noon = '2024-11-03T16:00:00Z';
    expect(on(today, '2024-11-03T04:00:00Z', noon, 'America/Havana')).toBe(true);
    expect(on(today, '2024-11-03T03:59:59Z', noon, 'America/Havana')).toBe(false);
  });

  it('are empty if the zone skipped them', () => {
    const skipped: Condition = { field: 'seen', op: 'eq', value: '2011-12-30' };
    for (const seen of ['2011-12-30T09:59:59Z', '2011-12-30T10:00:00Z', '2011-12-30T20:00:00Z'])
      expect(on(skipped, seen, '2026-01-01T00:00:00Z', 'Pacific/Apia')).toBe(false);
  });

  it('contain each instant once, as the zone’s own calendar says', () => {
    fc.assert(
      fc.property(
        CLOCK,
        fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        ({ zone }, instant) => {
          const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(instant);
          expect(
            on({ field: 'seen', op: 'eq', value: day }, instant.toISOString(), '2026-01-01T00:00:00Z', zone),
          ).toBe(true);
          expect(
            on({ field: 'seen', op: 'lt', value: day }, instant.toISOString(), '2026-01-01T00:00:00Z', zone),
          ).toBe(false);
          expect(
            on({ field: 'seen', op: 'gt', value: day }, instant.toISOString(), '2026-01-01T00:00:00Z', zone),
          ).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('name an unknown zone', () => {
    expect(() => on(today, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'Mars/Base')).toThrow(
      '"Mars/Base" is no time zone',
    );
  });

  it.each<[string, number | undefined, string, string]>([
    ['today', undefined, '2026-03-29', '2026-03-29'],
    ['yesterday', undefined, '2026-03-28', '2026-03-28'],
    ['tomorrow', undefined, '2026-03-30', '2026-03-30'],
    ['this_week', undefined, '2026-03-23', '2026-03-29'],
    ['last_week', undefined, '2026-03-16', '2026-03-22'],
    ['next_week', undefined, '2026-03-30', '2026-04-05'],
    ['this_month', undefined, '2026-03-01', '2026-03-31'],
    ['last_month', undefined, '2026-02-01', '2026-02-28'],
    ['next_month', undefined, '2026-04-01', '2026-04-30'],
    ['this_quarter', undefined, '2026-01-01', '2026-03-31'],
    ['last_quarter', undefined, '2025-10-01', '2025-12-31'],
    ['next_quarter', undefined, '2026-04-01', '2026-06-30'],
    ['this_year', undefined, '2026-01-01', '2026-12-31'],
    ['last_year', undefined, '2025-01-01', '2025-12-31'],
    ['next_year', undefined, '2027-01-01', '2027-12-31'],
    ['this_fiscal_quarter', undefined, '2026-02-01', '2026-04-30'],
    ['last_fiscal_quarter', undefined, '2025-11-01', '2026-01-31'],
    ['next_fiscal_quarter', undefined, '2026-05-01', '2026-07-31'],
    ['this_fiscal_year', undefined, '2025-11-01', '2026-10-31'],
    ['last_fiscal_year', undefined, '2024-11-01', '2025-10-31'],
    ['next_fiscal_year', undefined, '2026-11-01', '2027-10-31'],
    ['last_n_days', 7, '2026-03-22', '2026-03-29'],
    ['next_n_days', 7, '2026-03-29', '2026-04-05'],
    ['older_than_n_days', 7, '', '2026-03-21'],
    ['before_today', undefined, '', '2026-03-28'],
    ['after_today', undefined, '2026-03-30', ''],
  ])('%s %s is %s to %s (Sunday 29 March 2026, fiscal year from November)', (op, value, first, last) => {
    const condition = { field: 'closed', op, value } as Condition;
    const at = { ...clock, fiscalYearStartMonth: 11 as const };
    const shift = (day: string, by: number) =>
      new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10);
    for (const [edge, outside] of [
      [first, -1],
      [last, 1],
    ] as const) {
      if (!edge) continue;
      expect(holds(condition, { closed: edge }, at)).toBe(true);
      expect(holds(condition, { closed: shift(edge, outside) }, at)).toBe(false);
    }
  });

  it('start the week where the company does', () => {
    expect(
      holds({ field: 'closed', op: 'this_week' }, { closed: '2026-04-04' }, { ...clock, weekStart: 0 }),
    ).toBe(true);
    expect(
      holds({ field: 'closed', op: 'this_week' }, { closed: '2026-03-28' }, { ...clock, weekStart: 0 }),
    ).toBe(false);
  });
});

describe('the tree', () => {
  it('gives the same verdict evaluated, explained and in negation normal form', () => {
    const keys = Object.keys(FIELDS).filter((key) => key !== 'parent');
    fc.assert(
      fc.property(RECORDS, treeOver(leafAmong(keys)), CLOCK, (records, tree, at) => {
        if (checkCondition(tree, resolver).length) return;
        const [plain, normal] = [tree, negationNormalForm(tree)].map((each) =>
          compileEvaluator(each, resolver, at),
        );
        for (const record of records) {
          const read = readerOf(record);
          const verdict = plain!(read);
          expect(normal!(read)).toBe(verdict);
          expect(explain(tree, read, resolver, at).result).toBe(verdict);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('explains with the value seen', () => {
    const verdict = explain(
      { not: { field: 'name', op: 'eq', value: 'x' } },
      readerOf({ name: 'y' }),
      resolver,
      clock,
    );
    expect(verdict).toMatchObject({
      kind: 'not',
      result: true,
      part: { pointer: '/not', seen: 'y', result: false },
    });
  });

  it('lists each path once', () => {
    expect(
      fieldsOf({
        all: [
          { field: 'a.b', op: 'today' },
          {
            not: {
              any: [
                { field: 'a.b', op: 'today' },
                { field: 'c', op: 'empty' },
              ],
            },
          },
        ],
      }),
    ).toEqual([['a', 'b'], ['c']]);
  });

  it('passes its values on and uses IS DISTINCT FROM only under negation', () => {
    const params: unknown[] = [];
    const context = {
      param: (value: unknown) => `$${4 + params.push(value)}`,
      clock,
      resolver,
      column: (path: string[]) => ({ value: path[0]!, norm: `${path[0]}_norm` }),
    };
    const tree: Condition = {
      all: [
        { field: 'name', op: 'eq', value: 'Ä' },
        { not: { field: 'whole', op: 'eq', value: 3 } },
        { not: { field: 'amount', op: 'gt', value: '1' } },
      ],
    };
    expect(toSql(tree, context)).toBe(
      '(name_norm COLLATE "C" = $5::text AND whole IS DISTINCT FROM $6::bigint AND ((amount >= $7::bigint) IS NOT TRUE))',
    );
    expect(params).toEqual(['a', '3', '101']);
    expect(toSql({ not: { any: [] } }, context)).toBe('TRUE');
  });

  it('names every operator for the builder', () => {
    for (const type of Object.values(FIELDS).map((field) => field.type))
      for (const op of operatorsFor(type)) expect(OPERATORS[op].label).toBeTruthy();
  });
});

it('labels dates as after and before, numbers as more and less', () => {
  expect(operatorLabel('gt', 'date')).toBe('is after');
  expect(operatorLabel('lt', 'datetime')).toBe('is before');
  expect(operatorLabel('eq', 'date')).toBe('is on');
  expect(operatorLabel('gt', 'money')).toBe('is more than');
  expect(operatorLabel('eq', 'datetime')).toBe('is');
  expect(operatorLabel('empty', 'date')).toBe('is empty');
});
