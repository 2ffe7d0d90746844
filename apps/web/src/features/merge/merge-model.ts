import type * as api from '@pellucid/api-client';
import { fieldValueOf } from '@/records/fields/field-place';
import { fieldOf, type ObjectDescription, type RecordData } from '@/records/object-description';

/** What is chosen by field key: the id of the record whose value is taken, or all values. */
export type Choices = Record<string, string>;

/** Stands for all values of a list. */
export const ALL = 'all';

/** Records that are compared. */
export interface Compared {
  object: ObjectDescription;
  fields: api.MergePreview['fields'];
  /** First the one that stays; none while they are loading. */
  records: RecordData[];
}

const isBlank = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);

const valueIn = (record: RecordData, key: string) => fieldValueOf(record, { key });

/** Returns the most complete choice: lists are united, and what the record that stays lacks is taken from the first that has it. */
export function mostComplete(compared: Compared): Choices {
  return choicesBy(compared, compared.records);
}

/** Returns the choice of what was changed last: of each field, the value of the latest record that has one. */
export function newest(compared: Compared): Choices {
  const latest = compared.records.toSorted((a, b) =>
    String(a['updatedAt']) < String(b['updatedAt']) ? 1 : -1,
  );
  return choicesBy(compared, latest);
}

/**
 * Returns the choices after one more. An amount comes with its currency, and a currency with the amounts in it.
 * @param from id of a record, or `ALL`
 */
export function choose(compared: Compared, choices: Choices, key: string, from: string): Choices {
  const keys = from === ALL ? [key] : togetherWith(compared, key);
  return { ...choices, ...Object.fromEntries(keys.map((each) => [each, from])) };
}

/** Returns the key of the field with the currency of an amount, or of the amounts in lines. */
function currencyOf({ object }: Compared, key: string): string | undefined {
  const lines = object.lines?.find((each) => each.key === key);
  const amount = lines?.fields.find(({ currencyField }) => currencyField) ?? fieldOf(object, key);
  return amount?.currencyField;
}

/** Returns the keys of what can only be taken from one record along with a field, and its own. */
function togetherWith(compared: Compared, key: string): string[] {
  const currency = currencyOf(compared, key) ?? key;
  const others = compared.fields.filter(
    ({ field, differs, choosable }) =>
      differs && choosable && (field === currency || currencyOf(compared, field) === currency),
  );
  return [...new Set([key, ...others.map(({ field }) => field)])];
}

function choicesBy(compared: Compared, order: RecordData[]): Choices {
  const { fields, records } = compared;
  const into = records[0]?.id;
  const choices: Choices = {};
  const isCurrency = (key: string) => fields.some(({ field }) => currencyOf(compared, field) === key);
  // Amounts first: a currency means nothing without one.
  for (const { field, differs, choosable, unitable } of fields.toSorted(
    (a, b) => Number(isCurrency(a.field)) - Number(isCurrency(b.field)),
  )) {
    if (!differs || !choosable || choices[field]) continue;
    const currency = currencyOf(compared, field);
    const isOneCurrency =
      currency === undefined || new Set(records.map((record) => valueIn(record, currency))).size === 1;
    if (unitable && isOneCurrency) {
      choices[field] = ALL;
      continue;
    }
    const source = order.find((record) => !isBlank(valueIn(record, field)))?.id;
    if (!source) continue;
    for (const key of isOneCurrency ? [field] : togetherWith(compared, field)) choices[key] ??= source;
  }
  return Object.fromEntries(Object.entries(choices).filter(([, from]) => from !== into));
}

/** Returns the request of a merge. @param records with the versions that were looked at; without for a preview */
export function requestOf(
  into: string,
  records: { id: string; version?: number }[],
  choices: Choices,
): api.MergeRequest {
  return {
    into,
    records,
    values: Object.fromEntries(
      Object.entries(choices).map(([field, from]) => [
        field,
        from === ALL ? { unite: true as const } : { from },
      ]),
    ),
  };
}
