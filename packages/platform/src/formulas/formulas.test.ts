import { compare, sum } from '@pellucid/conditions/decimal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkFormula,
  FORMULA_LIMITS,
  type FormulaNames,
  type FormulaType,
  type FormulaValue,
} from './index.js';

const number = (scale = 2): FormulaType => ({ is: 'number', scale });
const named = (
  types: Record<string, FormulaType>,
  of: Record<string, FormulaNames> = {},
  far?: string,
): FormulaNames => ({
  find: (key) =>
    Object.hasOwn(types, key)
      ? {
          type: types[key]!,
          read: far ? { key: far, far: key } : { key },
          ...(of[key] ? { inner: of[key] } : {}),
        }
      : undefined,
  all: () => Object.keys(types),
});

const ACCOUNT = named({ revenue: number(), name: { is: 'text' }, 'custom.size': number(0) }, {}, 'account');
const LINES: FormulaNames = {
  find: (name) =>
    name === 'amount'
      ? { type: { is: 'list', of: number() }, read: { key: 'lines', inLines: 'amount' } }
      : undefined,
  all: () => ['amount'],
};
const NAMES = named(
  {
    amount: number(),
    discount: number(1),
    name: { is: 'text' },
    nick: { is: 'text' },
    won: { is: 'boolean' },
    closed: { is: 'date' },
    at: { is: 'datetime' },
    tags: { is: 'list', of: { is: 'text' } },
    'custom.size': number(0),
    account: { is: 'record', object: 'account' },
    lines: { is: 'list', of: { is: 'record', object: 'lines' } },
  },
  { account: ACCOUNT, lines: LINES },
);

const VALUES: Record<string, FormulaValue> = {
  amount: '100.25',
  discount: '2.5',
  name: 'Ärger & Söhne',
  won: true,
  closed: '2026-01-31',
  at: '2026-03-28T23:30:00.000Z',
  tags: ['a', 'b'],
  'custom.size': '7',
  'account.revenue': '1000000000000000000.01',
  'account.name': 'Acme',
  'account.custom.size': '12',
  'lines.amount': ['1.1', null, '2.2'],
  lines: ['x', 'y', 'z'],
};

function evaluate(text: string, values = VALUES) {
  const formula = checkFormula(text, NAMES);
  if ('problem' in formula) return `${formula.problem.code}@${formula.problem.start}-${formula.problem.end}`;
  const result = formula.evaluate({
    value: ({ key, far, inLines }) => values[[key, far ?? inLines].filter(Boolean).join('.')] ?? null,
    today: '2026-11-30',
    zone: 'Europe/Berlin',
  });
  return 'problem' in result ? result.problem.code : result.value;
}

describe('a formula', () => {
  it.each<[string, unknown]>([
    ['0.1 + 0.2', '0.3'],
    ['0.1 + 0.2 == 0.3', true],
    ['1.10 == 1.1', true],
    ['0.12345678901234567890123 * 1', '0.12345678901234567890123'],
    ['account.revenue + 0.01', '1000000000000000000.02'],
    ['amount * (1 - discount / 100)', '97.74375'],
    ['10 / 4', '2.5'],
    ['1 / 3 * 3', '0.99999999999999999999'],
    ['7 % 4 + -7 % 4', '0'],
    ['-amount', '-100.25'],
    ['round(2.345, 2) + round(2.5) + floor(-1.5) + ceil(1.2) + abs(-1)', '6.35'],
    ['percent(200, 7.5)', '15'],
    ['name + " / " + account.name', 'Ärger & Söhne / Acme'],
    ['won ? "yes" : "no"', 'yes'],
    ['amount > 100 && !won || name.contains("Söhne")', true],
    ['custom.size + custom["size"] + account.custom.size', '26'],
    ['"b" in tags && size(tags) == 2', true],
    ['tags.exists(t, t == "b") && tags.all(t, size(t) == 1)', true],
    ['tags.map(t, size(t))[0]', '1'],
    ['sum(lines.amount) + size(lines)', '6.3'],
    ['max(lines.amount) - min(lines.amount)', '1.1'],
    ['avg(lines.amount)', '1.65'],
    ['sum(lines.amount.filter(x, x > 2))', '2.2'],
    ['closed + 1', '2026-02-01'],
    ['addMonths(closed, 1)', '2026-02-28'],
    ['addMonths(date(2024, 1, 31), -11)', '2023-02-28'],
    ['today() - closed', '303'],
    ['date(at)', '2026-03-29'],
    ['at + 0.5', '2026-03-29T11:30:00.000Z'],
    ['days(date("2026-01-01"), closed)', '30'],
    ['year(closed) * 100 + month(closed) + weekday(closed)', '202607'],
    ['name.substring(0, 5).upper()', 'ÄRGER'],
    ['"a.b".replace(".", "-") + text(1.50)', 'a-b1.5'],
    ['number(" 12.50 ") + 1', '13.5'],
  ])('%s is %s', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['amount * 2', null],
    ['amount == null', true],
    ['amount == 0', false],
    ['amount != 0', true],
    ['amount < 1', false],
    ['amount >= 1', false],
    ['!won', true],
    ['won ? 1 : 2', '2'],
    ['"x" + name + "y"', 'xy'],
    ['coalesce(amount, discount, 5)', '5'],
    ['has(amount)', false],
    ['sum(lines.amount)', '0'],
    ['max(lines.amount)', null],
    ['avg(lines.amount)', null],
    ['account.name', null],
    ['account == null', true],
    ['size(name)', '0'],
    ['tags.exists(t, true)', false],
  ])('of empty values, %s, is %s', (text, expected) => {
    expect(evaluate(text, {})).toEqual(expected);
  });

  it.each<[string, string]>([
    ['amount / (discount - 2.5)', 'formulaDivisionByZero'],
    ['amount % 0', 'formulaDivisionByZero'],
    ['closed + 9999999', 'formulaNoDate'],
    ['date(2026, 2, 30)', 'formulaNoDate'],
    [Array(8).fill('account.revenue').join(' * '), 'formulaOutOfRange'],
    [`lines.amount.all(a, ${'lines.amount.all(a, '.repeat(9)}true${')'.repeat(10)}`, 'formulaTooExpensive'],
  ])('%s has no value: %s', (text, code) => {
    expect(evaluate(text)).toBe(code);
  });

  it('keeps texts short while it works', () => {
    const doubled = (n: number): string => (n === 0 ? 'name' : `(${doubled(n - 1)}).replace("", "") + name`);
    expect(evaluate(doubled(3))).toBe('Ärger & Söhne'.repeat(4));
    const long = { ...VALUES, name: 'x'.repeat(6_000) };
    expect(evaluate('name + name', long)).toBe('formulaOutOfRange');
    expect(evaluate('name.replace("x", "yyyy")', long)).toBe('formulaOutOfRange');
  });

  it.each<[string, string]>([
    ['amount +', 'formulaSyntax@8-8'],
    ['', 'formulaSyntax@0-0'],
    ['amuont + 1', 'formulaUnknownName@0-6'],
    ['1 + account.revenu', 'formulaUnknownName@4-18'],
    ['account.name.x', 'formulaUnknownName@0-14'],
    ['amount + name', 'formulaWrongType@0-6'],
    ['won + 1', 'formulaWrongType@0-3'],
    ['amount == name', 'formulaWrongType@10-14'],
    ['won ? 1 : "x"', 'formulaWrongType@10-13'],
    ['account + 1', 'formulaWrongType@0-7'],
    ['[1, "a"]', 'formulaWrongType@4-7'],
    ['sqrt(2)', 'formulaUnknownFunction@0-7'],
    ['addMonths(closed)', 'formulaWrongArguments@0-17'],
    ['name.matches("(x+)+$")', 'formulaNotAllowed@0-22'],
    ['now()', 'formulaNotAllowed@0-5'],
    ['{"a": 1}', 'formulaNotAllowed@0-8'],
    ['b"x"', 'formulaNotAllowed@0-4'],
    ['__proto__', 'formulaSyntax@0-9'],
    ['toString', 'formulaUnknownName@0-8'],
    ['constructor()', 'formulaUnknownFunction@0-13'],
    ['name.constructor("x")', 'formulaUnknownFunction@0-21'],
    ['x'.repeat(4_001), 'formulaTooLong@0-4001'],
  ])('%s is refused with its position', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it('with too many parts is refused', () => {
    expect(evaluate(Array(600).fill('1').join('+'))).toMatch('formulaTooComplex');
    expect(evaluate(`${'('.repeat(200)}1${')'.repeat(200)}`)).toMatch('formulaTooComplex');
  });

  it('suggests the name that was meant', () => {
    const checked = checkFormula('amuont + 1', NAMES);
    expect(checked).toMatchObject({ problem: { params: { suggestion: 'amount' } } });
  });

  it('tells what it reads, and its type with the decimals', () => {
    const checked = checkFormula('account.revenue * discount + sum(lines.amount)', NAMES);
    expect(checked).toMatchObject({
      type: { is: 'number', scale: 3 },
      reads: [{ key: 'account', far: 'revenue' }, { key: 'discount' }, { key: 'lines', inLines: 'amount' }],
      asksToday: false,
    });
    expect(checkFormula('closed < today()', NAMES)).toMatchObject({
      type: { is: 'boolean' },
      asksToday: true,
    });
  });

  it('adds, multiplies and compares like exact fractions', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 6 }))
      .map(([units, scale]) => ({ units, scale, text: toText(units, scale) }));
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const values = { amount: a.text, discount: b.text };
        expect(evaluate('amount + discount', values)).toBe(sum([a.text, b.text]));
        const product = evaluate('amount * discount', values) as string;
        expect(compare(product, toText(a.units * b.units, a.scale + b.scale))).toBe(0);
        expect(evaluate('amount < discount', values)).toBe(
          a.units * 10n ** BigInt(b.scale) < b.units * 10n ** BigInt(a.scale),
        );
      }),
    );
  });

  it('of any text ends with a value or a named problem', () => {
    const word = fc.constantFrom(
      ...[
        'amount',
        'name',
        'account',
        '.',
        '(',
        ')',
        '+',
        '/',
        '%',
        '"a"',
        '1',
        '0',
        '[',
        ']',
        ',',
        '?',
        ':',
      ],
      ...[
        '!',
        '&&',
        '==',
        'in',
        'tags',
        'exists',
        'map',
        'x',
        'size',
        'today()',
        'custom',
        'null',
        '-',
        '{',
        '}',
      ],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (formula) => {
        const result = evaluate(formula);
        expect(result === undefined).toBe(false);
      }),
      { numRuns: 1_000 },
    );
    expect(FORMULA_LIMITS.steps).toBeGreaterThan(FORMULA_LIMITS.nodes);
  });
});

function toText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}
