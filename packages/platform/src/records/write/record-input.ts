import type { FieldProblem } from '../../errors/index.js';
import { pointer } from '../../errors/index.js';
import { currencyDigits } from '../../money/index.js';
import type { FieldRules } from '../decide/index.js';
import {
  emptyOf,
  type FieldDescriptor,
  FieldValueError,
  isBlankValue,
  type RecordDescriptor,
  type RecordState,
} from '../describe/index.js';
import type { WriteRow } from './participants.js';
import { currencyOf } from '../read/index.js';

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
 * @param system whether read-only fields may be set
 * @returns values in API form by field key, the errors, and in `pending` the values for fields that the rules do not
 *   allow to write. A record that was read and sent back contains such values too, so they are judged once the record
 *   is known
 */
export function parseRecordInput(
  descriptor: RecordDescriptor,
  given: unknown,
  rules: FieldRules | undefined,
  system: boolean,
): { values: RecordState; errors: FieldProblem[]; pending: Record<string, unknown> } {
  const values: RecordState = {};
  const errors: FieldProblem[] = [];
  const pending: Record<string, unknown> = {};
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    errors.push({ pointer: '', code: 'wrongType', message: 'Send an object with the fields of the record.' });
    return { values, errors, pending };
  }
  for (const [key, value] of Object.entries(given)) {
    const f = descriptor.byKey.get(key);
    const refuse = (code: string, message: string) => errors.push({ pointer: pointer(key), code, message });
    if (key === 'custom') {
      const names = value && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : null;
      if (!names) refuse('wrongType', '"custom" must be an object with custom fields by name.');
      else
        for (const name of names)
          errors.push({
            pointer: pointer('custom', name),
            code: 'unknownField',
            message: `There is no custom field "${name}". Remove it.`,
          });
    } else if (!f) {
      if (ANSWER_ONLY.has(key)) refuse('readOnlyField', `"${key}" is set by Pellucid. Leave it out.`);
      else
        refuse(
          'unknownField',
          `"${key}" isn't a field of ${descriptor.pluralLabel.toLowerCase()}. Remove it or correct its name.`,
        );
    } else if (f.readOnly && !system)
      refuse('readOnlyField', `"${f.label}" is set by Pellucid. Leave it out.`);
    else if (rules && !rules.allClear && !rules.canWrite(key)) pending[key] = value;
    else {
      const parsed = parseFieldValue(f, value);
      if ('problem' in parsed) errors.push(parsed.problem);
      else values[key] = parsed.value;
    }
  }
  return { values, errors, pending };
}

/** Parses one value. */
export function parseFieldValue(
  f: FieldDescriptor,
  value: unknown,
): { value: unknown } | { problem: FieldProblem } {
  if (value === null || value === undefined) return { value: emptyOf(f) };
  if (isBlankValue(value, f)) return { value: null };
  try {
    return { value: f.traits.codec.parse(value, f) };
  } catch (error) {
    if (!(error instanceof FieldValueError)) throw error;
    return {
      problem: { pointer: pointer(f.key), code: error.code, message: error.message, params: error.params },
    };
  }
}

/** Returns the problem of a field that the actor may not change. */
export function fieldNotWritable(f: FieldDescriptor): FieldProblem {
  return {
    pointer: pointer(f.key),
    code: 'fieldNotWritable',
    message: `Your roles don't let you change "${f.label}". Leave it out.`,
  };
}

/**
 * Whether an amount fits a currency depends on the amount, so whoever does not see the amount cannot change its
 * currency at all.
 */
export function currencyProblems(descriptor: RecordDescriptor, row: WriteRow): FieldProblem[] {
  return descriptor.fields.flatMap((f) => {
    const currency = f.traits.isAmount && f.currency && f.currency !== 'base' ? f.currency.field : undefined;
    if (!currency || !row.changed(currency) || row.sees(f.key)) return [];
    return [
      {
        pointer: pointer(currency),
        code: 'amountWithheld',
        message: `Your roles don't show you "${f.label}", so you can't change its currency.`,
      },
    ];
  });
}

/**
 * Refuses amounts with more decimals than their currency has. Checked on the merged values, since the currency may
 * change too.
 */
export function amountProblems(
  descriptor: RecordDescriptor,
  after: RecordState,
  changed: (key: string) => boolean,
  baseCurrency: string,
): FieldProblem[] {
  return descriptor.fields.flatMap((f) => {
    const value = after[f.key];
    if (!f.traits.isAmount || typeof value !== 'string') return [];
    const byField = f.currency && f.currency !== 'base' ? f.currency.field : undefined;
    if (!changed(f.key) && !(byField && changed(byField))) return [];
    const currency = currencyOf(f, after, baseCurrency);
    const digits = currencyDigits(currency);
    if ((value.split('.')[1]?.length ?? 0) <= digits) return [];
    return [
      {
        pointer: pointer(f.key),
        code: 'tooPrecise',
        message: `"${f.label}" can have at most ${digits} decimal places in ${currency}.`,
        params: { max: digits, currency },
      },
    ];
  });
}
