import { CUSTOM_PREFIX, readLinkKey } from '@pellucid/conditions';
import type { FieldProblem } from '../../errors/index.js';
import { pointer } from '../../errors/index.js';
import { currencyDigits } from '../../money/index.js';
import type { FieldRules } from '../decide/index.js';
import {
  emptyOf,
  type FieldDescriptor,
  fieldPointer,
  FieldValueError,
  isBlankValue,
  optionsIn,
  type RecordDescriptor,
  type RecordState,
  refersToRecords,
  sameValue,
} from '../describe/index.js';
import { currencyFieldOf, currencyOf } from '../read/index.js';

/** A value in API form, or why it isn't accepted. */
export type ParsedValue = { value: unknown } | { problem: FieldProblem };

/** Which read-only fields a write may set. */
export type OpenedFields = 'all' | 'importable' | 'none';

/** The values given for a record. */
export interface ParsedInput {
  /** In API form, by field key. */
  values: RecordState;
  errors: FieldProblem[];
  /**
   * Values for fields that the rules do not allow to write. A record that was read and sent back contains such values too,
   * so they are judged once the record is known.
   */
  pending: Record<string, unknown>;
  /** Values that the field does not accept, unless the record has them already. */
  doubtful: { f: FieldDescriptor; value: unknown; problem: FieldProblem }[];
}

/** Members of every record in responses that nobody can write. */
const ANSWER_ONLY = new Set([
  'id',
  'version',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
  'deletedAt',
  'meta',
]);

/**
 * Parses the values given for a record.
 * @param given an object by field key, as JSON
 * @param rules the rules that hold for every record; undefined when nothing is withheld
 * @param opens which read-only fields may be set: all, those that imports bring along from other systems, or none
 */
export function parseRecordInput(
  descriptor: RecordDescriptor,
  given: unknown,
  rules: FieldRules | undefined,
  opens: OpenedFields,
): ParsedInput {
  const values: RecordState = {};
  const errors: FieldProblem[] = [];
  const pending: Record<string, unknown> = {};
  const doubtful: ParsedInput['doubtful'] = [];
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    errors.push({ pointer: '', code: 'wrongType', message: 'Send an object with the fields of the record.' });
    return { values, errors, pending, doubtful };
  }
  const seen = new Set<string>();
  for (const [key, value] of flattened(given, errors)) {
    // Lines are parsed by themselves: their values have rights of their own.
    if (descriptor.lines.some((lines) => lines.key === key)) continue;
    const f = descriptor.byKey.get(key);
    const refuse = (code: string, message: string) =>
      errors.push({ pointer: fieldPointer(key), code, message });
    const isRepeated = seen.has(key);
    seen.add(key);
    if (isRepeated) refuse('fieldGivenTwice', `"${key}" is given twice. Give it in "custom" only.`);
    else if (!f) {
      if (key.startsWith(CUSTOM_PREFIX))
        refuse('unknownField', `There is no custom field "${key.slice(CUSTOM_PREFIX.length)}". Remove it.`);
      else if (ANSWER_ONLY.has(key)) refuse('readOnlyField', `"${key}" is set by Pellucid. Leave it out.`);
      else
        refuse(
          'unknownField',
          `"${key}" isn't a field of ${descriptor.pluralLabel.toLowerCase()}. Remove it or correct its name.`,
        );
    } else if (f.readOnly && opens !== 'all' && !(opens === 'importable' && f.importable))
      refuse('readOnlyField', `"${f.label}" is set by Pellucid. Leave it out.`);
    else if (rules && !rules.allClear && !rules.canWrite(key)) pending[key] = value;
    else {
      const parsed = parseFieldValue(f, value);
      if (!('problem' in parsed)) values[key] = parsed.value;
      else if (refersToRecords(f) && !f.options) errors.push(parsed.problem);
      else doubtful.push({ f, value, problem: parsed.problem });
    }
  }
  return { values, errors, pending, doubtful };
}

/**
 * Parses a value that a record may have already. A value that it has is accepted even if the field's definition no longer
 * allows it: the option was retired, or the limits were narrowed. Records that are read and sent back contain such values.
 * @param held the record's value
 */
export function parseHeldValue(f: FieldDescriptor, value: unknown, held: unknown): ParsedValue {
  const strict = parseFieldValue(f, value);
  if (!('problem' in strict) || isBlankValue(held, f)) return strict;
  const given = [held].flat() as unknown[];
  const items = f.linksTo === undefined ? given : given.map((one) => readLinkKey(one) ?? one);
  const chosen = optionsIn(f, held);
  const { min: _, max: __, pattern: ___, ...lenient } = f;
  const options = f.options && [
    ...f.options.filter(({ value: known }) => !chosen.includes(known)),
    ...chosen.map((option) => ({ value: option, label: option })),
  ];
  const maxLength = Number.MAX_SAFE_INTEGER;
  const parsed = parseFieldValue({ ...lenient, maxLength, ...(options ? { options } : {}) }, value);
  if ('problem' in parsed) return strict;
  const isHeld = f.traits.isList
    ? (parsed.value as unknown[]).every(
        (item) => items.includes(item) || !('problem' in parseFieldValue(f, [item])),
      )
    : sameValue(parsed.value, held);
  return isHeld ? parsed : strict;
}

/**
 * Returns the values by field key. Those of the company's own fields stand in the member `custom`, by name; requests of
 * the product itself may give them by key.
 */
function flattened(given: object, errors: FieldProblem[]): [string, unknown][] {
  return Object.entries(given).flatMap(([key, value]): [string, unknown][] => {
    if (key !== 'custom') return [[key, value]];
    if (value && typeof value === 'object' && !Array.isArray(value))
      return Object.entries(value).map(([name, own]) => [CUSTOM_PREFIX + name, own]);
    errors.push({
      pointer: pointer('custom'),
      code: 'wrongType',
      message: '"custom" must be an object with custom fields by name.',
    });
    return [];
  });
}

/** Parses one value. */
export function parseFieldValue(f: FieldDescriptor, value: unknown): ParsedValue {
  if (value === null || value === undefined) return { value: emptyOf(f) };
  if (isBlankValue(value, f)) return { value: null };
  try {
    return { value: f.traits.codec.parse(value, f) };
  } catch (error) {
    if (!(error instanceof FieldValueError)) throw error;
    return {
      problem: {
        pointer: fieldPointer(f.key),
        code: error.code,
        message: error.message,
        params: error.params,
      },
    };
  }
}

/** Returns the problem of a field that the actor may not change. */
export function fieldNotWritable(f: Pick<FieldDescriptor, 'key' | 'label'>): FieldProblem {
  return {
    pointer: fieldPointer(f.key),
    code: 'fieldNotWritable',
    message: `Your roles don't let you change "${f.label}". Leave it out.`,
  };
}

/**
 * Refuses amounts with more decimals than their currency has. Checked on the merged values, since the currency may
 * change too.
 * @param isBlind whether the amount was asked for by somebody who does not see its currency. A refusal must not tell it,
 *   so such amounts have no decimals
 */
export function amountProblems(
  descriptor: RecordDescriptor,
  after: RecordState,
  changed: (key: string) => boolean,
  isBlind: (key: string) => boolean,
  baseCurrency: string,
): FieldProblem[] {
  return descriptor.fields.flatMap((f): FieldProblem | FieldProblem[] => {
    const value = after[f.key];
    if (!f.traits.isAmount || typeof value !== 'string') return [];
    const byField = currencyFieldOf(f);
    if (!changed(f.key) && !(byField && changed(byField))) return [];
    if (byField && isBlind(f.key))
      return /^-?\d+(\.0*)?$/.test(value)
        ? []
        : {
            pointer: fieldPointer(f.key),
            code: 'currencyWithheld',
            message: `Your roles don't show you the currency of "${f.label}", so enter an amount without decimals.`,
          };
    return tooPreciseAmount(f, value, currencyOf(f, after, baseCurrency)) ?? [];
  });
}

/** Returns the problem of an amount with more decimals than its currency has. */
export function tooPreciseAmount(
  f: FieldDescriptor,
  value: string,
  currency: string,
): FieldProblem | undefined {
  const digits = currencyDigits(currency);
  if ((value.split('.')[1]?.length ?? 0) <= digits) return undefined;
  return {
    pointer: fieldPointer(f.key),
    code: 'tooPrecise',
    message: `"${f.label}" can have at most ${digits} decimal places in ${currency}.`,
    params: { max: digits, currency },
  };
}
