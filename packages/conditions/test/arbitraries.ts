/** Random records, leaves and trees over sample-fields.ts, drawn from small pools so that values often coincide. */
import fc from 'fast-check';
import {
  type Condition,
  type EvaluationClock,
  FIELD_TYPES,
  type FieldInfo,
  isSet,
  type Leaf,
  LINE_MATCHES,
  type LinesCondition,
  linkKey,
  OPERATORS,
  type Operator,
  operatorsFor,
  type ValueFamily,
} from '../src/index.js';
import { scaleOf } from '../src/leaf-value.js';
import { FIELDS } from './sample-fields.js';

const WORDS = [
  '',
  ' ',
  '\u200b',
  'VIP',
  'VIP ',
  'v\u200bip',
  'a  b',
  'a\u00a0b',
  'O’Brien',
  'co–op',
  'co-op',
  '„x“',
  '"x"',
  'a',
  'A',
  'Ä',
  'a\u0308',
  'straße',
  'STRASSE',
  'Straẞe',
  'İstanbul',
  'istanbul',
  'ISTANBUL',
  'ıstanbul',
  'Ørsted',
  'orsted',
  'Łódź',
  'lodz',
  'Æsir',
  'Œuvre',
  'ﬁn',
  'fin',
  'ΟΔΟΣ',
  'οδος',
  'οδός',
  '100%',
  '100_',
  '1000',
  'a\\b',
  'a\\',
  '%',
  '_',
  '\\',
  "O'Brien",
  'が',
  'か',
  '東京',
  '😀',
  'e\u0301',
  'é',
  '\u0301',
  'ａ',
  '½',
  '１２',
  'Ça va',
  'tab\tnew\nline',
  'Ǆ',
  'ŉ',
  'ᾳ',
  '한글',
  'हिन्दी',
  'x'.repeat(300),
];
const TEXT = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...WORDS)).map((two) => two.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => text.replaceAll('\0', '')),
  },
);

const UUIDS = [
  '0190a000-0000-7000-8000-000000000001',
  '0190a000-0000-7000-8000-00000000000a',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];
const LINKS = ['account', 'contact'].flatMap((object) => UUIDS.slice(0, 2).map((id) => ({ object, id })));
const LINK = fc.constantFrom(...LINKS.map(linkKey));
const LABELS = ['vip', 'VIP', 'cold', "it's", 'a,b', '{}', 'NULL', '"'];
const UUID = fc.constantFrom(...UUIDS);
const OPTION = fc.constantFrom('New', 'new', 'won', 'Größe', '');
const BOUNDARY = ['9223372036854775807', '-9223372036854775808', '9007199254740993', '9007199254740991'];

function scaled(digits: bigint, scale: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const cut = text.length - scale;
  return (digits < 0n ? '-' : '') + text.slice(0, cut) + (scale ? `.${text.slice(cut)}` : '');
}

/** Decimal strings that fit the scale, mostly small ones, including the limits of bigint. */
function storedDecimal(scale: number): fc.Arbitrary<string> {
  return fc
    .oneof(
      { weight: 6, arbitrary: fc.bigInt({ min: -3000n, max: 3000n }) },
      { weight: 1, arbitrary: fc.constantFrom(...BOUNDARY).map(BigInt) },
      { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
    )
    .map((digits) => scaled(digits, scale));
}

/** Values to compare with, including numbers and digits beyond the scale. */
function askedDecimal(scale: number): fc.Arbitrary<string | number> {
  return fc.oneof(
    { weight: 4, arbitrary: storedDecimal(scale) },
    {
      weight: 2,
      arbitrary: storedDecimal(scale)
        .map(Number)
        .filter((n) => Math.abs(n) < 1e12),
    },
    {
      weight: 2,
      arbitrary: fc.bigInt({ min: -300_000n, max: 300_000n }).map((digits) => scaled(digits, scale + 2)),
    },
    { weight: 1, arbitrary: fc.constantFrom(0, -0, 1e-7, -1e-7, 0.1 + 0.2, '-0', '0.000') },
  );
}

const DATE = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.integer({ min: -5, max: 5 }).map((n) => isoDay(Date.UTC(2026, 2, 29) + n * 86_400_000)),
  },
  {
    weight: 4,
    arbitrary: fc.integer({ min: -800, max: 800 }).map((n) => isoDay(Date.UTC(2026, 2, 29) + n * 86_400_000)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('0001-01-01', '9999-12-31', '1970-01-01', '1582-10-10', '2024-02-29'),
  },
);

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Around days on which clocks change, to the second, with up to six decimals. */
const TURNS = [
  '2026-03-29T00:00:00Z',
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2018-11-04T03:00:00Z',
  '2026-03-08T07:00:00Z',
  '1969-12-31T23:59:59Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T22:00:00Z',
];
const INSTANT = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...TURNS.slice(0, 3)) },
      { weight: 2, arbitrary: fc.constantFrom(...TURNS) },
    ),
    fc.oneof(
      fc.constantFrom(0, -1, 1),
      fc.integer({ min: -30 * 3600, max: 30 * 3600 }),
      fc.integer({ min: -40_000_000, max: 40_000_000 }),
    ),
    fc.constantFrom('', '.000', '.001', '.999', '.999999', '.000001', '.0004', '.5'),
  )
  .map(([turn, seconds, fraction]) => {
    const ms = Math.min(
      Math.max(Date.parse(turn) + seconds * 1000, Date.parse('0001-01-02T00:00:00Z')),
      Date.parse('9999-12-30T00:00:00Z'),
    );
    return new Date(ms).toISOString().replace('.000Z', `${fraction}Z`);
  });

function nullable<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { freq: 5, nil: null });
}

export interface ProbeRecord extends Record<string, unknown> {
  parent: number | null;
}

const ROLE = OPTION.filter((option) => option !== '');
const inRole = ([link, role]: [string, string | null]) => (role === null ? link : `${link}/${role}`);

const RECORD: fc.Arbitrary<ProbeRecord> = fc.record({
  name: nullable(TEXT),
  notes: nullable(TEXT),
  mail: nullable(TEXT),
  whole: nullable(storedDecimal(0).map((text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text))),
  rate: nullable(storedDecimal(3)),
  amount: nullable(storedDecimal(2)),
  active: nullable(fc.boolean()),
  closed: nullable(DATE),
  seen: nullable(INSTANT),
  status: nullable(OPTION),
  regions: nullable(fc.uniqueArray(OPTION, { maxLength: 3 })),
  owner: nullable(UUID),
  about: nullable(LINK),
  subjects: fc.uniqueArray(fc.tuple(LINK, fc.option(ROLE)).map(inRole), { maxLength: 3 }),
  labels: fc.uniqueArray(fc.constantFrom(...LABELS), { maxLength: 3 }),
  watchers: fc.uniqueArray(UUID, { maxLength: 3 }),
  // Index of another record of the same run.
  parent: nullable(fc.nat({ max: 23 })),
});

export const RECORDS = fc.array(RECORD, { minLength: 12, maxLength: 24 });

export const CLOCK: fc.Arbitrary<EvaluationClock> = fc.record({
  now: INSTANT.map((text) => new Date(text)).filter(
    (now) => now.getUTCFullYear() > 200 && now.getUTCFullYear() < 9800,
  ),
  zone: fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/Sao_Paulo',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Pacific/Kiritimati',
    'Africa/Casablanca',
  ),
  weekStart: fc.constantFrom(undefined, 0, 1, 6),
  fiscalYearStartMonth: fc.constantFrom(undefined, 1, 4, 10, 12),
});

const ASKED_LINK = fc.oneof(
  LINK,
  fc.constantFrom(...LINKS),
  fc.constantFrom(...LINKS).map(({ object, id }) => ({ object, id: id.toUpperCase(), name: 'Ann' })),
);

/** Values to compare with, by family: a new type of a family is tested without a change here. */
const ASKED: Record<ValueFamily, (info: FieldInfo) => fc.Arbitrary<unknown>> = {
  text: () => TEXT,
  decimal: (info) => askedDecimal(scaleOf(info)),
  boolean: () => fc.boolean(),
  date: () => DATE,
  datetime: () =>
    fc.oneof(
      INSTANT,
      INSTANT.map((text) => text.replace('Z', '+05:30')),
      DATE,
    ),
  choice: () => OPTION,
  set: (info) => (info.options ? OPTION : fc.constantFrom(...LABELS)),
  reference: () =>
    fc.oneof(
      UUID,
      UUID.map((id) => id.toUpperCase()),
    ),
  link: () => ASKED_LINK,
  links: () =>
    fc.oneof(
      ASKED_LINK,
      fc.tuple(fc.constantFrom(...LINKS), ROLE).map(([link, role]) => ({ ...link, role })),
      ROLE.map((role) => ({ role })),
    ),
};

function inOrder(info: FieldInfo, pair: [any, any]): unknown[] {
  const isNumeric = FIELD_TYPES[info.type].family === 'decimal';
  const isReversed = isNumeric ? Number(pair[0]) > Number(pair[1]) : pair[0] > pair[1];
  return isReversed ? [pair[1], pair[0]] : pair;
}

export function leafOf(field: string, info: FieldInfo, op: Operator): fc.Arbitrary<Leaf> {
  const { family } = FIELD_TYPES[info.type];
  const value = ASKED[family](info);
  switch (OPERATORS[op].arity) {
    case 'none':
      if (op !== 'exists' && op !== 'empty') return fc.constant({ field, op });
      return fc
        .constantFrom(true, false, undefined)
        .map((flag) => (flag === undefined ? { field, op } : { field, op, value: flag }));
    case 'days':
      return fc.constantFrom(0, 1, 2, 30, 365, 36_500).map((days) => ({ field, op, value: days }));
    case 'list':
      return fc.array(value, { minLength: 1, maxLength: 4 }).map((list) => ({ field, op, value: list }));
    case 'two':
      return fc.tuple(value, value).map((pair) => ({ field, op, value: inOrder(info, pair) }));
    case 'one':
      if (isSet(family))
        return fc
          .oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }))
          .map((asked) => ({ field, op, value: asked }));
      return value.map((asked) => ({ field, op, value: asked }));
  }
}

/** Any operator on any of these fields; `prefix` is a path of references before them. */
export function leafAmong(keys: string[], prefix = ''): fc.Arbitrary<Leaf> {
  const leaves = keys.flatMap((key) =>
    operatorsFor(FIELDS[key]!.type).map((op) => leafOf(prefix + key, FIELDS[key]!, op)),
  );
  return fc.oneof(...leaves);
}

/** Questions about lines: trees over their fields. */
export function questionOver(lines: string, keys: string[]): fc.Arbitrary<LinesCondition> {
  return fc.record({
    lines: fc.constant(lines),
    match: fc.constantFrom(...LINE_MATCHES),
    where: fc.oneof(
      { weight: 2, arbitrary: leafAmong(keys, `${lines}.`) },
      treeOver(leafAmong(keys, `${lines}.`)),
    ),
  });
}

/** Nested trees of up to a few levels, including `not`. */
export function treeOver(leaf: fc.Arbitrary<Leaf | LinesCondition>): fc.Arbitrary<Condition> {
  return fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }).map((all) => ({ all })),
      fc.array(tie('tree'), { maxLength: 4 }).map((any) => ({ any })),
      tie('tree').map((not) => ({ not })),
    ),
  })).tree;
}
