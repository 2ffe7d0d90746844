import {
  type FieldType,
  isBlankText,
  normalizeText,
  optionMeant,
  tidyKey,
  tidyText,
} from '@pellucid/conditions';
import { readEmail, readWebAddress, type WebAddressProblem } from '@pellucid/conditions/contact-text';
import { z } from 'zod';
import { isUuid } from '../../context/index.js';
import { ENVELOPE_PREFIX } from '../../crypto/index.js';
import { dayText, instantText } from '../../http/time-schemas.js';
import type { FieldDescriptor } from './descriptor.js';

/** An invalid value: a code, and a sentence that says how to correct it. */
export class FieldValueError extends Error {
  override name = 'FieldValueError';
  constructor(
    readonly code: string,
    message: string,
    readonly params: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** How values of a field type are read from input, stored and shown. Codecs never receive null. */
export interface FieldCodec {
  /** SQL type of the stored value, for placeholders that are compared with it. */
  sqlType: 'text' | 'bigint' | 'boolean' | 'date' | 'timestamptz' | 'uuid' | 'text[]';
  /** Whether a value is a list; a record that has none then has an empty one, else null. */
  isList: boolean;
  /** Converts input (JSON, or a typed import cell) to API form. @throws FieldValueError */
  parse(input: unknown, field: FieldDescriptor): unknown;
  /** Converts API form to what json_populate_recordset expects for the column. */
  toColumn(value: any, field: FieldDescriptor): unknown;
  /** Converts what the driver returns to API form. */
  fromColumn(raw: any, field: FieldDescriptor): unknown;
  /** Returns the schema of the value in requests, for the API document. */
  input(field: FieldDescriptor): z.ZodType;
  /** Returns the schema of the value in responses. */
  output(field: FieldDescriptor): z.ZodType;
}

const same = (value: unknown) => value;
const label = (field: FieldDescriptor) => `"${field.label}"`;

/** Returns the value of a record that has none: null, or an empty list. */
export function emptyOf(field: FieldDescriptor): null | [] {
  return CODECS[field.type].isList ? [] : null;
}

/** Whether a value given for the field is blank. Long texts are kept byte for byte, so only the empty one is blank. */
export function isBlankValue(value: unknown, field: FieldDescriptor): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'string' && field.type !== 'longText' && isBlankText(value);
}

/** Parses a single-line text: trims a name, and brings a key into the form in which keys are compared. */
function parseName(input: unknown, field: FieldDescriptor): string {
  if (typeof input !== 'string') return parseText(input, field);
  return parseText(field.isKey ? tidyKey(input) : tidyText(input), field);
}

const WEB_ADDRESS_MENDS: Record<WebAddressProblem, string> = {
  scheme: 'must start with http:// or https://, like https://example.com.',
  credentials: 'can\'t contain a user name or password. Remove everything before the "@".',
  malformed: 'must be a web address like https://example.com.',
};

function parseText(input: unknown, field: FieldDescriptor): string {
  if (typeof input !== 'string') throw new FieldValueError('wrongType', `${label(field)} must be text.`);
  if (input.length > field.maxLength)
    throw new FieldValueError(
      'tooLong',
      `${label(field)} can have at most ${field.maxLength} characters. This has ${input.length}.`,
      {
        max: field.maxLength,
      },
    );
  if (input.startsWith(ENVELOPE_PREFIX))
    throw new FieldValueError(
      'reservedText',
      `${label(field)} can't start with "${ENVELOPE_PREFIX}", which marks encrypted values. Put something in front of it.`,
    );
  if (input.includes('\u0000'))
    throw new FieldValueError(
      'invalidText',
      `${label(field)} contains a NUL character, which can't be stored; remove it.`,
    );
  if (!input.isWellFormed())
    throw new FieldValueError(
      'invalidText',
      `${label(field)} contains half of a surrogate pair; send valid Unicode.`,
    );
  return input;
}

/**
 * Converts a decimal text to a scaled integer as text. Returns undefined when it has more decimals than the scale
 * allows.
 */
export function toScaled(decimal: string, scale: number): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(decimal);
  if (!match || (!match[2] && !match[3])) return undefined;
  const given = match[3] ?? '';
  let length = given.length;
  // Not /0+$/, which takes a second for a hundred thousand zeros that are not at the end.
  while (length > 0 && given[length - 1] === '0') length--;
  const fraction = given.slice(0, length);
  if (fraction.length > scale) return undefined;
  const digits = ((match[2] ?? '') + fraction.padEnd(scale, '0')).replace(/^0+(?=\d)/, '') || '0';
  return (match[1] === '-' && digits !== '0' ? '-' : '') + digits;
}

/** Converts a scaled integer as text to a decimal text without trailing zeros. */
export function fromScaled(scaled: string, scale: number): string {
  if (scale === 0) return scaled;
  const negative = scaled.startsWith('-');
  const digits = (negative ? scaled.slice(1) : scaled).padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return (negative ? '-' : '') + digits.slice(0, -scale) + (fraction ? '.' + fraction : '');
}

const MAX_BIGINT = 9_223_372_036_854_775_807n;

const longText: FieldCodec = {
  sqlType: 'text',
  isList: false,
  parse: parseText,
  toColumn: same,
  fromColumn: same,
  input: (f) => z.string().max(f.maxLength),
  output: () => z.string(),
};
const text: FieldCodec = { ...longText, parse: parseName };

/** A single instance, because a document may contain a schema with an id only once. */
const referenceAnswer = z.object({ id: z.uuid(), name: z.string() }).meta({ id: 'Reference' });

const reference: FieldCodec = {
  sqlType: 'uuid',
  isList: false,
  parse(input, field) {
    // Records are read with `{id, name}`, so the same form is accepted when they are written back.
    const id =
      input !== null && typeof input === 'object' && 'id' in input ? (input as { id: unknown }).id : input;
    const lower = typeof id === 'string' ? id.toLowerCase() : id;
    if (!isUuid(lower))
      throw new FieldValueError(
        'wrongType',
        `${label(field)} must be the ID (a UUID) of a ${field.references}.`,
      );
    return lower;
  },
  toColumn: same,
  fromColumn: same,
  input: () => z.uuid(),
  output: () => referenceAnswer,
};

/** The codec of each field type. */
export const CODECS: Record<FieldType, FieldCodec> = {
  text,
  longText,
  phone: text,
  email: {
    ...text,
    parse(input, field) {
      const address = typeof input === 'string' ? readEmail(input) : parseText(input, field);
      if (address === undefined)
        throw new FieldValueError(
          'invalidEmail',
          `${label(field)} must be an e-mail address like name@example.com.`,
        );
      return parseText(address, field);
    },
  },
  url: {
    ...text,
    parse(input, field) {
      const read = readWebAddress(parseName(input, field));
      if ('problem' in read)
        throw new FieldValueError('invalidUrl', `${label(field)} ${WEB_ADDRESS_MENDS[read.problem]}`);
      return read.value;
    },
  },
  number: {
    sqlType: 'bigint',
    isList: false,
    parse(input, field) {
      const given = typeof input === 'string' && /^[+-]?\d+(\.\d+)?$/.test(input) ? Number(input) : input;
      if (typeof given !== 'number' || !Number.isFinite(given))
        throw new FieldValueError(
          'wrongType',
          `${label(field)} must be a number like 1500.5, with a decimal point and no thousands separators.`,
        );
      if (Math.abs(given) > Number.MAX_SAFE_INTEGER / 10 ** field.scale)
        throw new FieldValueError('outOfRange', `${label(field)} is too large.`);
      if (toScaled(plainDecimal(given), field.scale) === undefined)
        throw new FieldValueError(
          'tooPrecise',
          field.scale === 0
            ? `${label(field)} must be a whole number.`
            : `${label(field)} can have at most ${field.scale} decimal places.`,
        );
      if (field.min !== undefined && given < field.min)
        throw new FieldValueError('tooSmall', `${label(field)} must be at least ${field.min}.`, {
          min: field.min,
        });
      if (field.max !== undefined && given > field.max)
        throw new FieldValueError('tooLarge', `${label(field)} must be at most ${field.max}.`, {
          max: field.max,
        });
      return given === 0 ? 0 : given;
    },
    toColumn: (value, field) => toScaled(plainDecimal(value), field.scale),
    fromColumn: (raw, field) => Number(field.scale ? fromScaled(String(raw), field.scale) : raw),
    input: (f) => {
      let schema = f.scale === 0 ? z.int() : z.number();
      if (f.min !== undefined) schema = schema.min(f.min);
      if (f.max !== undefined) schema = schema.max(f.max);
      return schema;
    },
    output: (f) => (f.scale === 0 ? z.int() : z.number()),
  },
  money: {
    sqlType: 'bigint',
    isList: false,
    parse(input, field) {
      const given = typeof input === 'number' && Number.isFinite(input) ? plainDecimal(input) : input;
      if (typeof given !== 'string' || !/^[+-]?\d{1,15}(\.\d+)?$/.test(given))
        throw new FieldValueError(
          'wrongType',
          `${label(field)} must be an amount like "1500.00", with a decimal point and no thousands separators or currency symbol.`,
        );
      const scaled = toScaled(given, field.scale);
      if (scaled === undefined)
        throw new FieldValueError('tooPrecise', `${label(field)} has more decimal places than its currency.`);
      const whole = BigInt(scaled);
      if (whole > MAX_BIGINT || whole < -MAX_BIGINT)
        throw new FieldValueError('outOfRange', `${label(field)} is too large.`);
      if (field.min !== undefined && whole < BigInt(field.min) * 10n ** BigInt(field.scale))
        throw new FieldValueError('tooSmall', `${label(field)} must be at least ${field.min}.`, {
          min: field.min,
        });
      return fromScaled(scaled, field.scale);
    },
    toColumn: (value, field) => toScaled(value, field.scale),
    fromColumn: (raw, field) => fromScaled(String(raw), field.scale),
    input: () => z.string().regex(/^[+-]?\d{1,15}(\.\d+)?$/),
    output: () => z.string(),
  },
  boolean: {
    sqlType: 'boolean',
    isList: false,
    parse(input, field) {
      if (typeof input !== 'boolean')
        throw new FieldValueError('wrongType', `${label(field)} must be true or false.`);
      return input;
    },
    toColumn: same,
    fromColumn: same,
    input: () => z.boolean(),
    output: () => z.boolean(),
  },
  date: {
    sqlType: 'date',
    isList: false,
    parse(input, field) {
      if (typeof input !== 'string' || !isDate(input))
        throw new FieldValueError('wrongType', `${label(field)} must be a date like 2026-03-31.`);
      return input;
    },
    toColumn: same,
    fromColumn: same,
    input: () => dayText,
    output: () => z.iso.date(),
  },
  datetime: {
    sqlType: 'timestamptz',
    isList: false,
    parse(input, field) {
      const at =
        typeof input === 'string' &&
        /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(input) &&
        isDate(input.slice(0, 10))
          ? new Date(input)
          : undefined;
      // Its offset may move a time into the year 0 or 10000, which the database refuses.
      if (!at || Number.isNaN(at.getTime()) || !isDate(at.toISOString().slice(0, 10)))
        throw new FieldValueError('wrongType', `${label(field)} must be a time like 2026-03-31T09:00:00Z.`);
      return at.toISOString();
    },
    toColumn: same,
    fromColumn: (raw) => instant(raw),
    input: () => instantText,
    output: () => z.iso.datetime(),
  },
  select: {
    sqlType: 'text',
    isList: false,
    parse(input, field) {
      if (typeof input !== 'string')
        throw new FieldValueError('wrongType', `${label(field)} must be one of its options.`);
      const option = optionMeant(field.options ?? [], input);
      if (option === undefined)
        throw new FieldValueError(
          'notAnOption',
          `"${input.slice(0, 80)}" isn't an option of ${label(field)}. Choose one of: ${(field.options ?? [])
            .slice(0, 12)
            .map((o) => o.value)
            .join(', ')}${(field.options?.length ?? 0) > 12 ? ', …' : ''}.`,
        );
      return option;
    },
    toColumn: same,
    fromColumn: same,
    input: (f) =>
      f.options?.length && !f.openOptions
        ? z.enum(f.options.map((o) => o.value) as [string, ...string[]])
        : z.string().max(f.maxLength),
    output: () => z.string(),
  },
  multiSelect: {
    sqlType: 'text[]',
    isList: true,
    parse(input, field) {
      if (!Array.isArray(input)) throw new FieldValueError('wrongType', `${label(field)} must be a list.`);
      if (input.length > 200)
        throw new FieldValueError('tooMany', `${label(field)} can have at most 200 values.`);
      const values = input.map((item) =>
        field.references ? reference.parse(item, field) : CODECS.select.parse(item, field),
      );
      return [...new Set(values)].sort();
    },
    toColumn: same,
    fromColumn: same,
    input: (f) => z.array(f.references ? z.uuid() : z.string()),
    output: (f) => z.array(f.references ? reference.output(f) : z.string()),
  },
  reference,
};

/** Formats a number without an exponent. */
function plainDecimal(value: number): string {
  const short = String(value);
  return /e/i.test(short) ? value.toFixed(20).replace(/\.?0+$/, '') : short;
}

function isDate(value: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!match || match[1] === '0000') return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

/** Converts Postgres' text of a timestamptz in UTC to ISO 8601 with milliseconds. */
export function instant(raw: string | Date): string {
  if (raw instanceof Date) return raw.toISOString();
  const base = raw.slice(0, 10) + 'T' + raw.slice(11, 19);
  const end = raw.slice(19);
  if (end === '+00') return base + '.000Z';
  const match = /^(?:\.(\d{1,6}))?([+-]\d{2})(?::?(\d{2}))?$/.exec(end);
  if (!match) return new Date(raw).toISOString();
  const ms = (match[1] ?? '').padEnd(3, '0').slice(0, 3);
  if (match[2] === '+00' && !match[3]) return `${base}.${ms}Z`;
  return new Date(`${base}.${ms}${match[2]}:${match[3] ?? '00'}`).toISOString();
}

/**
 * Returns the stored normalised form of a name or another plain text. For the value of a field, see {@link fieldNorm}.
 */
export function normOf(value: unknown): string | null {
  return value === null || value === undefined ? null : normalizeText(String(value));
}

/** Returns the form in which a value of the field is compared, as its `_norm` column holds it unless encrypted. */
export function fieldNorm(field: FieldDescriptor, value: unknown): string | null {
  return value === null || value === undefined ? null : field.form.norm(String(value));
}
