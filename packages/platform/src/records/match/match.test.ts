import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MatchCondition } from '../../access/index.js';
import { FieldKeyRing } from '../../crypto/index.js';
import { type FieldDescriptor, field } from '../describe/descriptor.js';
import { FieldCipher } from '../describe/field-cipher.js';
import { judged, keyFormOf, keysOf, likeness, type MatchPlan, soughtKeys } from './index.js';

/* Records are found by keys. These must be shared exactly where the rule says that records are duplicates. */

const FIELDS = {
  person: [
    field.text('lastName', 'Last name', { names: 'person' }),
    field.text('company', 'Company', { names: 'company' }),
    field.email('email', 'Email'),
    field.phone('phone', 'Phone'),
    field.url('website', 'Website'),
    field.number('size', 'Size'),
  ],
  company: [field.text('name', 'Name', { names: 'company' }), field.email('mailbox', 'Mailbox')],
};
const fieldOf = (object: keyof typeof FIELDS, key: string): FieldDescriptor =>
  FIELDS[object].find((f) => f.key === key)!;

/** A rule about persons, and about companies where the conditions say what is compared of them. */
function plan(
  conditions: [method: MatchCondition['method'], person: string[], company?: string[]][],
  more: Partial<MatchPlan> = {},
  id = randomUUID(),
): MatchPlan {
  const side = (object: keyof typeof FIELDS, n: 1 | 2) => {
    const fields = conditions.map((condition) => condition[n]!.map((key) => fieldOf(object, key)));
    return [object, { object, fields, keys: fields.flat().map(({ key }) => key) }] as const;
  };
  const isShared = conditions.every(([, , company]) => company);
  const sides = isShared ? [side('person', 1), side('company', 2)] : [side('person', 1)];
  const off = { onCreate: 'off', onUpdate: 'off', onImport: 'off' } as const;
  const rule = {
    ...off,
    id,
    name: 'Rule',
    edition: 1,
    objects: sides.map(([object]) => object),
    conditions: conditions.map(([method, person, company]) => ({
      method,
      fields: { person, ...(company ? { company } : {}) },
    })),
  };
  return { rule, sides: new Map(sides), cipher: undefined, ...more };
}

const persons = (key: string, ...values: unknown[]) =>
  values.map((value) => ({ object: 'person', state: { [key]: value } }));
const shareKey = (by: MatchPlan, a: any, b: any) => {
  const keys = new Set(keysOf(by, a.object, a.state));
  return keysOf(by, b.object, b.state).some((key) => keys.has(key));
};

/** Few different values, so that equal ones are common, in any spelling. */
const spelled = (values: string[]) =>
  fc
    .tuple(fc.constantFrom(...values), fc.constantFrom('', ' ', '\t'), fc.boolean(), fc.boolean())
    .map(([value, blank, isUpper, isDecomposed]) => {
      const text = `${blank}${isUpper ? value.toUpperCase() : value}${blank}`;
      return isDecomposed ? text.normalize('NFD') : text;
    });
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 6 });
const person = fc.record({
  lastName: optional(spelled(['Müller', 'Dr. Müller', 'Möller', 'de la Cruz'])),
  company: optional(spelled(['Acme GmbH', 'ACME Corporation Inc', 'Acme', 'Acne', 'Müller & Co. KG'])),
  email: optional(spelled(['ann@example.com', 'ann+crm@example.com', 'ann@example.org'])),
  phone: optional(fc.constantFrom('+49 30 901820', '0049 30 90 18 20', '+49 30 901821', '12')),
  website: optional(fc.constantFrom('https://www.acme.example/x', 'acme.example', 'http://acne.example')),
  size: optional(fc.constantFrom(1n, 2n)),
});
const company = fc.record({
  name: optional(spelled(['Acme Corp.', 'Acne Ltd'])),
  mailbox: optional(spelled(['ann@example.com', 'bob@example.com'])),
});
const records = fc.oneof(
  person.map((state) => ({ object: 'person', state: state as Record<string, unknown> })),
  company.map((state) => ({ object: 'company', state: state as Record<string, unknown> })),
);
const plans = fc.constantFrom(
  plan([['exact', ['email'], ['mailbox']]]),
  plan([['normalised', ['email'], ['mailbox']]]),
  plan([
    ['normalised', ['company'], ['name']],
    ['exact', ['email'], ['mailbox']],
  ]),
  plan([['normalised', ['phone']]]),
  plan([['normalised', ['website']]]),
  plan([
    ['exact', ['size']],
    ['normalised', ['lastName']],
  ]),
  plan([['normalised', ['lastName', 'company']]]),
);

describe('keys', () => {
  test('are shared exactly by duplicates, where nothing is compared by similarity', () => {
    let found = 0;
    fc.assert(
      fc.property(plans, records, records, (by, a, b) => {
        const isDuplicate = judged(by, a, b) !== undefined;
        found += Number(isDuplicate);
        expect(shareKey(by, a, b)).toBe(isDuplicate);
      }),
      { numRuns: 3_000 },
    );
    expect(found, 'pairs of duplicates among them').toBeGreaterThan(50);
  });

  test('are shared by similar names whose mistakes keep the sound of a word', () => {
    const by = plan([['fuzzy', ['company']]]);
    const words = fc.uniqueArray(
      fc.constantFrom('northwind', 'traders', 'silver', 'logistics', 'bakery', 'holding'),
      { minLength: 2, maxLength: 4 },
    );
    const mistake = fc.constantFrom(
      (word: string) => word.replace(/[aeiou]/, 'e'),
      (word: string) => word.replace(/([lnrst])/, '$1$1'),
      (word: string) => word.replace('d', 't'),
    );
    fc.assert(
      fc.property(words, mistake, fc.nat(), fc.boolean(), (all, change, at, isReversed) => {
        const other = all.map((word, n) => (n === at % all.length ? change(word) : word));
        const [a, b] = persons('company', all.join(' '), (isReversed ? other.toReversed() : other).join(' '));
        fc.pre(judged(by, a!, b!) !== undefined);
        expect(shareKey(by, a!, b!)).toBe(true);
      }),
    );
  });

  test('differ from rule to rule and from edition to edition', () => {
    const [ann] = persons('email', 'ann@example.com');
    const by = plan([['exact', ['email']]]);
    const next = { ...by, rule: { ...by.rule, edition: 2 } };
    const all = [by, next, plan([['exact', ['email']]])].flatMap((each) =>
      keysOf(each, 'person', ann!.state),
    );
    expect(new Set(all).size).toBe(3);
  });

  test('are none for records that say too little', () => {
    const by = plan([
      ['exact', ['email']],
      ['normalised', ['lastName']],
    ]);
    for (const state of [{}, { email: 'ann@example.com' }, { email: '', lastName: 'Ann' }])
      expect(keysOf(by, 'person', state)).toEqual([]);
    expect(keysOf(plan([['normalised', ['phone']]]), 'person', { phone: '12' })).toEqual([]);
    expect(keysOf(plan([['normalised', ['company']]]), 'person', { company: '–' })).toEqual([]);
    expect(keysOf(plan([['exact', ['email']]]), 'company', { email: 'ann@example.com' })).toEqual([]);
  });
});

test.each([
  ['company', 'Acme Corp.', 'ACME Corporation Inc', true],
  ['company', 'Müller GmbH & Co. KG', 'Mueller', false],
  ['company', 'Müller GmbH & Co. KG', 'MULLER', true],
  ['company', 'Verein e.V.', 'Verein', true],
  ['company', 'Co', 'Inc', false],
  ['lastName', 'Prof. Dr. Kern', 'Kern', true],
  ['lastName', 'Dr', 'Frau', false],
  ['email', 'Ann+news@Example.com', 'ann@example.com', true],
  ['email', '<ANN@EXAMPLE.COM>', 'ann@example.com', true],
  ['email', '+ann@example.com', '+bob@example.com', false],
  ['phone', '+49 (0)30 / 901820', '0049 30 901820 ext. 12', true],
  ['website', 'https://www.acme.example/about?x=1', 'ACME.example.', true],
  ['website', 'https://acme.example', 'https://shop.acme.example', false],
] as const)('%s: "%s" and "%s" are the same: %s', (key, one, other, isSame) => {
  const [a, b] = persons(key, one, other);
  const by = plan([['normalised', [key]]]);
  expect(judged(by, a!, b!) !== undefined).toBe(isSame);
  expect(shareKey(by, a!, b!)).toBe(isSame);
});

test('names are alike whatever the order of their words, as far as the rule wants', () => {
  expect(likeness('northwind traders', 'traders nortwind')).toBeGreaterThan(85);
  expect(likeness('northwind traders', 'southgate bakery')).toBeLessThan(60);
  const [a, b] = persons('company', 'Northwind Traders GmbH', 'Nortwind Traders');
  const by = plan([['fuzzy', ['company']]]);
  const strict = { ...by, rule: { ...by.rule, conditions: [{ ...by.rule.conditions[0]!, threshold: 100 }] } };
  expect(judged(by, a!, b!)?.score).toBeGreaterThanOrEqual(85);
  expect(judged(strict, a!, b!)).toBeUndefined();
});

describe('keys of encrypted fields', () => {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
  const place = { tenantId: randomUUID(), object: 'person', table: 'person', field: 'email' };
  const [k1, k2] = [key('k1'), key('k2')];
  const cipher = (keys: string, ids: string[]) =>
    new FieldCipher(new FieldKeyRing(keys), place, { state: 'encrypted', keyIds: ids, since: 0 });
  const [ann, bob] = persons('email', 'ann@example.com', 'bob@example.com');

  test('cannot be made without the key, and are the same in all objects of a rule', () => {
    const id = randomUUID();
    const conditions: Parameters<typeof plan>[0] = [['normalised', ['email'], ['mailbox']]];
    const plain = plan(conditions, {}, id);
    const sealed = plan(conditions, { cipher: cipher(k1, ['k1']) }, id);
    const other = plan(conditions, { cipher: cipher(key('k1'), ['k1']) }, id);
    const own = keysOf(sealed, 'person', ann!.state);
    expect(own).toHaveLength(1);
    for (const by of [plain, other]) expect(keysOf(by, 'person', ann!.state)).not.toEqual(own);
    expect(keysOf(sealed, 'company', { mailbox: 'ann@example.com' })).toEqual(own);
    expect(keysOf(sealed, 'person', bob!.state)).not.toEqual(own);
  });

  test('are still found when the key is changed, until all are made anew', () => {
    const id = randomUUID();
    const by = (...given: Parameters<typeof cipher>) =>
      plan([['exact', ['email']]], { cipher: cipher(...given) }, id);
    const before = by(k1, ['k1']);
    const after = by(`${k2},${k1}`, ['k2', 'k1']);
    expect(soughtKeys(after, 'person', ann!.state)).toEqual(
      expect.arrayContaining(keysOf(before, 'person', ann!.state)),
    );
    expect(keysOf(after, 'person', ann!.state)).not.toEqual(keysOf(before, 'person', ann!.state));
    const forms = [before, after, plan([['exact', ['email']]], {}, id)].map((each) => keyFormOf(each, 'DE'));
    expect(new Set(forms).size).toBe(3);
  });
});
