import {
  dayAt,
  FIELD_TYPES,
  type FieldTypeTraits,
  fieldsOf,
  formatDay,
  type SqlColumn,
  splitPath,
} from '@pellucid/conditions';
import { ProblemError } from '../../../errors/index.js';
import { currencyDigits } from '../../../money/index.js';
import type { FilterContext, QueryParts } from '../../decide/index.js';
import {
  collectionOf,
  comparedField,
  type FieldDescriptor,
  type RecordDescriptor,
} from '../../describe/index.js';
import {
  aliasOf,
  columnOf,
  follow,
  notInClear,
  SYSTEM_FIELDS,
  toldOf,
  whereTold,
  withheldOn,
} from '../field-paths.js';
import { comparesBaseAmounts, type parseFilter } from '../list-query.js';
import { currencyFieldOf, currencyOf } from '../presenter.js';

/** A field that an aggregate groups by or measures, after the rights to it have been checked. */
export interface AggregatedField {
  /** Where the request names it, and how. */
  pointer: string;
  path: string[];
  /** The object that the field belongs to. */
  object: RecordDescriptor;
  /** The field that is shown and compared: of an amount in its own currency, its value in the base currency. Undefined for `createdAt` and `updatedAt`. */
  field: FieldDescriptor | undefined;
  traits: FieldTypeTraits;
  /** Alias of the row that holds the field. */
  alias: string;
  /** The currency of an amount. */
  currency: string | undefined;
  /** What conditions compare; null where the caller is not shown the value. */
  sql: SqlColumn;
}

/** 422 for one part of the request. */
export function refused(pointer: string, code: string, message: string): ProblemError {
  return new ProblemError(422, code, 'Not possible', message, { errors: [{ pointer, code, message }] });
}

/**
 * Finds a field that is to be grouped by or measured. It takes the rights that a filter takes, since a filter and a
 * count would tell the same.
 * @param name key or dotted path, as in the request
 * @param pointer where the request names it
 * @param use completes "you can't …", for messages
 * @throws ProblemError 422 for a field that is unknown or withheld
 */
export function aggregatedField(
  context: FilterContext,
  parts: QueryParts,
  name: string,
  pointer: string,
  use: string,
): AggregatedField {
  const path = splitPath(name);
  const withheld = withheldOn(context, path);
  if (withheld) throw notInClear(pointer, withheld, use);
  if (collectionOf(context.descriptor, path[0]!))
    throw refused(
      pointer,
      'lineField',
      `"${name}" is about lines, and aggregates are about records, so you can't ${use}.`,
    );
  const system = SYSTEM_FIELDS.get(path.at(-1)!);
  const found = follow(context, system ? path.slice(0, -1) : path);
  const last = found?.fields.at(-1);
  if (!found || (!last && !system) || (system && last && last.traits.family !== 'reference'))
    throw existsOn(context, path)
      ? refused(pointer, 'notFilterable', `"${name}" can't be filtered, so you can't ${use}.`)
      : refused(pointer, 'unknownField', `There is no field "${name}". Remove it or correct its name.`);
  if (system) {
    const object = last ? context.registry.forTenant(last.references!, context.snapshot) : context.descriptor;
    const alias = last ? aliasOf(context, parts, path.slice(0, -1)) : 't';
    const sql = columnOf(context, parts, path);
    const traits = FIELD_TYPES[system.type];
    return { pointer, path, object, field: undefined, traits, alias, currency: undefined, sql };
  }
  const object = found.objects.at(-1)!;
  const field = comparedField(object, last!);
  const alias = path.length === 1 ? 't' : aliasOf(context, parts, path.slice(0, -1));
  const { traits } = field;
  const currency = traits.isAmount
    ? currencyOf(field, {}, context.snapshot.settings.baseCurrency)
    : undefined;
  const sql = columnSqlOf(context, parts, path, alias, field);
  return { pointer, path, object, field, traits, alias, currency, sql };
}

/**
 * Returns the currency of all amounts; undefined if there are none.
 * @throws ProblemError 422 if they are in more than one
 */
export function commonCurrency(fields: AggregatedField[]): string | undefined {
  const amounts = fields.filter(({ currency }) => currency !== undefined);
  const [first] = amounts;
  const other = amounts.find(({ currency }) => currency !== first!.currency);
  if (other)
    throw refused(
      other.pointer,
      'severalCurrencies',
      `"${other.field!.label}" is in ${other.currency}, "${first!.field!.label}" in ${first!.currency}. Send two requests.`,
    );
  return first?.currency;
}

/** Whether each step of a path is a field of the object that the step before leads to. */
function existsOn({ descriptor, registry, snapshot }: FilterContext, path: string[]): boolean {
  let object: RecordDescriptor | undefined = descriptor;
  return path.every((key) => {
    const f: FieldDescriptor | undefined = object?.byKey.get(key);
    object = f?.references ? registry.forTenant(f.references, snapshot) : undefined;
    return f !== undefined;
  });
}

/** While the base currency changes, amounts that are still in the earlier one are converted. */
function columnSqlOf(
  context: FilterContext,
  parts: QueryParts,
  path: string[],
  alias: string,
  field: FieldDescriptor,
): SqlColumn {
  const { recalculating, settings } = context.snapshot;
  if (!recalculating || !field.inBaseSql) return columnOf(context, parts, path);
  const today = formatDay(dayAt(context.clock.now.getTime(), context.clock.zone));
  const value = field.inBaseSql(alias, {
    base: `${parts.param(settings.baseCurrency)}::text`,
    today: `${parts.param(today)}::date`,
    digits: currencyDigits(settings.baseCurrency),
  });
  return whereTold({ value }, toldOf(context, parts, path));
}

/**
 * Refuses a field whose values the database cannot compare: encrypted ones, and amounts in several currencies.
 * @throws ProblemError 422
 */
export function refuseIncomparable({ field, pointer }: AggregatedField, use: string): void {
  if (field?.cipher)
    throw refused(pointer, 'fieldEncrypted', `"${field.label}" is stored encrypted, so you can't ${use}.`);
  if (field && currencyFieldOf(field))
    throw refused(
      pointer,
      'severalCurrencies',
      `"${field.label}" is in several currencies, so you can't ${use}.`,
    );
}

/** Whether amounts in the base currency are filtered, grouped or measured. */
export function usesBaseAmounts(
  context: FilterContext,
  filter: ReturnType<typeof parseFilter>,
  fields: AggregatedField[],
): boolean {
  return comparesBaseAmounts(context, [...(filter ? fieldsOf(filter) : []), ...fields.map((f) => f.path)]);
}
