import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkCondition,
  type Condition,
  compileEvaluator,
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
import { holds } from './checks.js';

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
