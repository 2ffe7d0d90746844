import { FIELD_TYPES, type FieldType, type ValueFamily } from '@pellucid/conditions';
import { type FieldDescriptor, type Given, optionsOf } from '../describe/descriptor.js';
import { FieldValueError } from '../describe/field-value-error.js';

const OPTIONS = optionsOf('New', 'Größe', 'on hold, later', 'won');

/** The same id twice: objects matter. */
const LINKS = [
  { object: 'account', id: '0190a000-0000-7000-8000-00000000000A' },
  { object: 'contact', id: '0190a000-0000-7000-8000-00000000000a' },
  'contact/0190a000-0000-7000-8000-000000000001',
];

/** What a field of each family needs besides its type. */
const DECLARED: Partial<Record<ValueFamily, Given>> = {
  decimal: { scale: 3 },
  choice: { options: OPTIONS },
  set: { options: OPTIONS },
  reference: { references: 'member' },
};
/** Inputs of each family. Texts vary the example of their type; those that the type refuses are left out. */
const INPUTS: Record<ValueFamily, (f: FieldDescriptor) => unknown[]> = {
  text: ({ traits: { example } }) =>
    [
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => text.replace(/e/, 'é'),
      (text: string) => text.replace(/\d/g, '4'),
      (text: string) => `${text}1`,
      (text: string) => `  ${text}\n`,
      (text: string) => text.replace(' ', '%_\\'),
    ].map((vary) => vary(example!)),
  decimal: () => [0, 1, -1, 12.5, '12.50', 1.125, 0.001, -0.125, 1e9, 123456789.012],
  boolean: () => [true, false],
  date: () => ['2026-03-29', '2024-02-29', '0001-01-01', '9999-12-31'],
  datetime: () => ['2026-03-29T01:00:00.123Z', '2026-03-29T12:30+05:30', '1969-12-31T23:59:59Z'],
  choice: () => OPTIONS.map(({ label }) => label.toLowerCase()),
  set: () => [['won'], ['on hold, later'], ['won', 'New', 'New'], OPTIONS.map(({ value }) => value), []],
  link: () => LINKS,
  links: () => [[LINKS[0]], [LINKS[1]], [LINKS[2], LINKS[0], LINKS[0]], LINKS, []],
  reference: () => ['0190a000-0000-7000-8000-00000000000A', { id: '0190a000-0000-7000-8000-000000000001' }],
};

/** Returns the definitions of the columns in which a field is stored in the record's own row. */
export function columnsOf({ storage, traits }: FieldDescriptor): string[] {
  return storage.columns.map((column, i) => {
    if (i === 0) return `${column} ${traits.sqlType}`;
    return `${column} ${column.endsWith('_id') ? 'uuid' : 'text collate "C"'}`;
  });
}

/** What the declaration of a field of the type must say, for tests that go through all types. */
export const declaredFor = (type: FieldType): Given => DECLARED[FIELD_TYPES[type].family] ?? {};

/** Returns sample values of a field in API form. A new type of a known family has some without a change here. */
export function sampleValues(f: FieldDescriptor): unknown[] {
  const values = INPUTS[f.traits.family](f).flatMap((input) => {
    try {
      return [f.traits.codec.parse(input, f)];
    } catch (error) {
      if (error instanceof FieldValueError && f.traits.family === 'text') return [];
      throw error;
    }
  });
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
