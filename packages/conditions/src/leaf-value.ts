/** Parses and checks the value of one leaf against the type of its field. */
import { parseDay, parseInstant } from './calendar.js';
import type { ConditionProblem, ConditionProblemCode, FieldInfo, Leaf } from './condition.types.js';
import {
  BIGINT_MAX,
  BIGINT_MIN,
  exactNumber,
  fromScaled,
  readBound,
  type ScaledBound,
} from './decimal/index.js';
import { normalizeText } from './normalize-text.js';
import { FIELD_TYPES, isSet, type ValueFamily } from './field-types/index.js';
import { OPERATORS } from './operators.js';
import { linkKey, linkOf, readLinkTest } from './record-link.js';
import { operatorsFor, takesOperator } from './type-operators.js';
import { isTextMatch, PLAIN_TEXT } from './text-form.js';

/** A datetime is compared with an instant, or with a whole local day if only a date was given. */
export type Moment = { instant: number } | { day: number };

/** A leaf's value in the form that its family compares. */
export type ParsedValue =
  | { kind: 'none' }
  | { kind: 'flag'; flag: boolean }
  | { kind: 'days'; days: number }
  | { kind: 'text'; values: string[] }
  | { kind: 'choice' | 'reference' | 'set' | 'link' | 'links'; values: string[] }
  | { kind: 'decimal'; values: ScaledBound[] }
  | { kind: 'boolean'; values: boolean[] }
  | { kind: 'date'; values: number[] }
  | { kind: 'datetime'; values: Moment[] };

/** Maximum number of days of a `…_n_days` operator: a hundred years. */
export const MAX_DAYS = 36_500;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

class Refusal {
  constructor(
    readonly code: ConditionProblemCode,
    readonly message: string,
  ) {}
}

/** Returns the decimals of the stored bigint: by default two for amounts and none for numbers. */
export function scaleOf(info: FieldInfo): number {
  return info.scale ?? (FIELD_TYPES[info.type].isAmount ? 2 : 0);
}

function readString(value: unknown, wanted: string): string | Refusal {
  if (typeof value !== 'string') return new Refusal('wrong_type', `give ${wanted}`);
  if (value.includes('\u0000'))
    return new Refusal('invalid_text', "the text holds a NUL character, which can't be stored; remove it");
  if (!value.isWellFormed())
    return new Refusal(
      'invalid_text',
      'the text holds half of a character (an unpaired surrogate): remove it',
    );
  return value;
}

/**
 * Returns the value of the option that a text means: by an exact match, else in normal form by value, else by label.
 */
export function optionMeant(
  options: readonly { value: string; label: string }[],
  text: string,
): string | undefined {
  if (options.some((option) => option.value === text)) return text;
  const wanted = normalizeText(text);
  return (
    options.find((option) => normalizeText(option.value) === wanted) ??
    options.find((option) => normalizeText(option.label) === wanted)
  )?.value;
}

function readChoice(value: unknown, info: FieldInfo): string | Refusal {
  const text = readString(value, `one of the values of "${info.key}" as text`);
  if (text instanceof Refusal || !info.options) return text;
  const meant = optionMeant(info.options, text);
  if (meant !== undefined) return meant;
  const known = info.options.slice(0, 12).map((option) => `"${option.value}"`);
  const more = info.options.length > known.length ? ', …' : '';
  return new Refusal(
    'unknown_option',
    known.length
      ? `"${text.slice(0, 60)}" is not an option of "${info.key}": use one of ${known.join(', ')}${more}`
      : `"${info.key}" has no options yet: use exists or empty`,
  );
}

function readNumber(value: unknown, info: FieldInfo): ScaledBound | Refusal {
  const scale = scaleOf(info);
  if (typeof value === 'number' && Number.isFinite(value) && exactNumber(value) === undefined)
    return new Refusal('inexact', 'a JSON number with so many digits is not exact: give it as a string');
  const parsed = readBound(value, scale);
  if (!parsed) return new Refusal('wrong_type', 'give a number or a decimal string such as "1250.00"');
  if (
    parsed.floor < BIGINT_MIN ||
    parsed.floor > BIGINT_MAX ||
    (parsed.floor === BIGINT_MAX && !parsed.exact)
  ) {
    const [low, high] = [BIGINT_MIN, BIGINT_MAX].map((bound) => fromScaled(String(bound), scale));
    return new Refusal(
      'out_of_range',
      `"${info.key}" holds numbers from ${low} to ${high}: give one in between`,
    );
  }
  return parsed;
}

function readDate(value: unknown): number | Refusal {
  const day = typeof value === 'string' ? parseDay(value) : undefined;
  return day ?? new Refusal('wrong_type', 'give a calendar date as "YYYY-MM-DD", such as "2026-03-31"');
}

function readMoment(value: unknown): Moment | Refusal {
  if (typeof value === 'string') {
    const day = parseDay(value);
    if (day !== undefined) return { day };
    const instant = parseInstant(value);
    if (instant !== undefined) return { instant };
  }
  return new Refusal(
    'wrong_type',
    'give an instant with its offset, such as "2026-03-31T09:30:00Z", or a date "YYYY-MM-DD" for the whole local day',
  );
}

function readReference(value: unknown): string | Refusal {
  if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase();
  return new Refusal('wrong_type', 'give the id (a UUID) of the record referred to');
}

function readLink(value: unknown, info: FieldInfo): string | Refusal {
  const key = readLinkTest(value);
  if (key === undefined)
    return new Refusal(
      'wrong_type',
      `give the object and the id (a UUID) of the record referred to: {"object": "account", "id": "…"}${info.options ? ', with its role, or only a role: {"role": "…"}' : ''}`,
    );
  const { role, ...target } = linkOf(key);
  if (role === undefined) return key;
  if (!info.options?.length)
    return new Refusal('unknown_option', `links of "${info.key}" have no roles: leave "role" out`);
  const meant = readChoice(role, info);
  return meant instanceof Refusal ? meant : linkKey({ ...target, role: meant });
}

function readBoolean(value: unknown): boolean | Refusal {
  return typeof value === 'boolean' ? value : new Refusal('wrong_type', 'give true or false');
}

function readOne(family: ValueFamily, value: unknown, info: FieldInfo) {
  switch (family) {
    case 'text':
      return readString(value, 'a text');
    case 'decimal':
      return readNumber(value, info);
    case 'boolean':
      return readBoolean(value);
    case 'date':
      return readDate(value);
    case 'datetime':
      return readMoment(value);
    case 'choice':
    case 'set':
      return readChoice(value, info);
    case 'reference':
      return readReference(value);
    case 'link':
    case 'links':
      return readLink(value, info);
  }
}

/**
 * Whether the pair's first value is certainly after its second (comparing a day with an instant would need a time
 * zone).
 */
function isReversed(kind: string, low: any, high: any): boolean {
  if (kind === 'decimal')
    return low.floor > high.floor || (low.floor === high.floor && !low.exact && high.exact);
  if (kind === 'date') return low > high;
  if ('day' in low && 'day' in high) return low.day > high.day;
  return 'instant' in low && 'instant' in high && low.instant > high.instant;
}

/**
 * Parses the value of a leaf.
 * @param pointer to the leaf in the tree
 * @returns its value ready to compare, or all of its problems
 */
export function parseLeaf(
  leaf: Leaf,
  info: FieldInfo,
  pointer: string,
): { value: ParsedValue } | { problems: ConditionProblem[] } {
  const refuse = (code: ConditionProblemCode, message: string, at = '/value') => ({
    problems: [{ pointer: pointer + at, code, message }],
  });
  if (!takesOperator(info.type, leaf.op, info.encrypted)) {
    const allowed = operatorsFor(info.type, info.encrypted).join(', ');
    return refuse(
      'operator_not_allowed',
      `"${leaf.op}" cannot be used on "${leaf.field}", which is of type ${info.type}: use one of ${allowed}`,
      '/op',
    );
  }
  const { op, value } = leaf;
  const { arity } = OPERATORS[op];
  if (op === 'exists' || op === 'empty') {
    if (value === undefined || typeof value === 'boolean')
      return { value: { kind: 'flag', flag: value ?? true } };
    return refuse('wrong_type', `"${op}" takes true or false`);
  }
  if (arity === 'none') {
    if (value === undefined || value === null) return { value: { kind: 'none' } };
    return refuse('value_unexpected', `"${op}" takes no value: leave it out`);
  }
  if (value === undefined) return refuse('value_missing', `"${op}" needs a value: add "value"`);
  if (value === null)
    return refuse(
      'null_value',
      'null never equals anything: to find what has no value, use op "exists" with value false',
    );
  if (arity === 'days') {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_DAYS)
      return { value: { kind: 'days', days: value } };
    return refuse('wrong_type', `"${op}" takes a whole number of days from 0 to ${MAX_DAYS}`);
  }
  const { family } = FIELD_TYPES[info.type];
  // The same operator on a set accepts one value or several.
  const isList = arity !== 'one' || (isSet(family) && Array.isArray(value));
  if (isList && !Array.isArray(value))
    return refuse(
      'wrong_type',
      arity === 'two'
        ? '"between" takes two values: [lowest, highest]'
        : `"${op}" takes a list: put the value in [ ]`,
    );
  if (arity === 'two' && (value as unknown[]).length !== 2)
    return refuse('wrong_type', '"between" takes exactly two values: [lowest, highest]');
  const given = isList ? (value as unknown[]) : [value];
  if (given.length === 0) return refuse('empty_value', `"${op}" needs at least one value in its list`);
  const values: unknown[] = [];
  const problems: ConditionProblem[] = [];
  given.forEach((item, index) => {
    const at = isList ? `/value/${index}` : '/value';
    const read =
      item === null
        ? new Refusal(
            'null_value',
            'null never equals anything: take it out, and add an "exists" with value false',
          )
        : readOne(family, item, info);
    if (read instanceof Refusal)
      problems.push({ pointer: pointer + at, code: read.code, message: read.message });
    else values.push(read);
  });
  if (problems.length) return { problems };
  if (family === 'text' && isTextMatch(op)) {
    const { needle } = (info.textForm ?? PLAIN_TEXT).match(op, values[0] as string);
    if (needle === '') return refuse('empty_value', `"${op}" needs a text to look for`);
  }
  if (arity === 'two' && isReversed(family, values[0], values[1]))
    return refuse('reversed_range', 'the first value is larger than the second: put the smaller one first');
  return { value: { kind: family, values } as ParsedValue };
}
