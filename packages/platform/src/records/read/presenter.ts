import { isLink, linkOf, targetKey } from '@pellucid/conditions';
import {
  documentOf,
  emptyOf,
  type FieldDescriptor,
  type LineCollection,
  linesIn,
  loggedValue,
  type OwnedLine,
  type RecordDescriptor,
  type RecordState,
} from '../describe/index.js';
import { formatAmount } from '../../money/index.js';
import { type FieldRules, type FieldVisibility, type ObjectAccess, visibilityIn } from '../decide/index.js';
import type { LineNames } from './line-columns.js';
import type { LoadedRecord } from './read-plan.js';

/** A record as JSON. Withheld fields are missing (hidden) or masked, and listed in `meta.access`. */
export type PresentedRecord = Record<string, any> & { id: string; version: number };

/** What is withheld, by field key. `clear` occurs only as an exception on a record of a list. */
export type AccessNotes = Record<string, FieldVisibility>;

/** What a presenter needs in addition to the record. */
export interface PresentationContext {
  descriptor: RecordDescriptor;
  access: ObjectAccess;
  baseCurrency: string;
  /** Notes that apply to the whole list; records list only their differences. Absent for single records. */
  listNotes?: AccessNotes | undefined;
}

/** Returns which of the fields and lines the rules withhold; undefined when none. */
export function accessNotes(
  descriptor: RecordDescriptor,
  rules: FieldRules,
  fields = descriptor.fields,
  lines: LineCollection[] = [],
): AccessNotes | undefined {
  if (rules.allClear) return undefined;
  let notes: AccessNotes | undefined;
  for (const f of lines.length ? [...fields, ...keysOfLines(lines, rules)] : fields) {
    const visibility = rules.read(f.key);
    if (visibility === 'clear') continue;
    notes ??= {};
    notes[f.key] = visibility;
  }
  return notes;
}

/** The only place where a record becomes JSON. */
export function presentRecord(
  record: LoadedRecord,
  context: PresentationContext,
  fields: FieldDescriptor[],
  lines: LineCollection[] = [],
): PresentedRecord {
  const { access } = context;
  const rules = access.rulesFor(record.bits);
  const out: PresentedRecord = { id: record.id, version: record.version };
  const custom: Record<string, unknown> = {};
  const isClear = rules.allClear && !record.derived;
  for (const f of fields) {
    const visibility = isClear ? 'clear' : visibilityIn(record, rules, f.key);
    if (visibility === 'hidden') continue;
    const shown = presentValue(f, record, rules, context.baseCurrency);
    const value = visibility === 'mask' ? rules.mask(f.key, shown) : shown;
    if (f.custom) custom[f.custom.name] = value;
    else out[f.key] = value;
  }
  out['custom'] = custom;
  for (const l of lines) {
    const names = record.lineNames[l.key];
    const shown = presentLines(l, linesIn(record.state, l), record.state, names, rules, context.baseCurrency);
    if (shown) out[l.key] = shown;
  }
  out['createdAt'] = record.createdAt;
  out['createdBy'] = record.createdBy;
  out['updatedAt'] = record.updatedAt;
  out['updatedBy'] = record.updatedBy;
  if (record.deletedAt !== null) out['deletedAt'] = record.deletedAt;
  const notes = notesOf(record, rules, context, fields, lines);
  if (notes) out['meta'] = { access: notes };
  return out;
}

/** Returns the value of a field in a presented record; undefined if it is hidden. */
export function presentedValue(record: PresentedRecord, f: FieldDescriptor): unknown {
  return f.custom ? record['custom'][f.custom.name] : record[f.key];
}

/** Returns what is withheld of this record, or how it differs from the notes of the list. */
function notesOf(
  record: LoadedRecord,
  rules: FieldRules,
  context: PresentationContext,
  fields: FieldDescriptor[],
  lines: LineCollection[],
): AccessNotes | undefined {
  const isListed = 'listNotes' in context;
  if (isListed && !record.unnamed && !record.derived && rules === context.access.rules) return undefined;
  const said = isListed ? (context.listNotes ?? {}) : {};
  const own: AccessNotes = { ...accessNotes(context.descriptor, rules, fields, lines) };
  for (const key of record.unnamed ?? []) if (rules.read(key) === 'clear') own[key] = 'mask';
  for (const key of Object.keys(record.derived ?? {}))
    if (visibilityIn(record, rules, key) === 'hidden') own[key] = 'hidden';
  const notes: AccessNotes = {};
  for (const f of lines.length ? [...fields, ...lines, ...lines.flatMap((l) => l.fields)] : fields) {
    const visibility = own[f.key] ?? 'clear';
    if (visibility !== (said[f.key] ?? 'clear')) notes[f.key] = visibility;
  }
  return Object.keys(notes).length ? notes : undefined;
}

function presentValue(
  f: FieldDescriptor,
  record: LoadedRecord,
  rules: FieldRules,
  baseCurrency: string,
): unknown {
  if (f.storage.carriesNames) {
    const linked = record.links[f.key] ?? emptyOf(f);
    return record.unnamed?.includes(f.key) ? named(linked) : linked;
  }
  const value = record.state[f.key];
  const linked = (key: string) => ({ ...linkOf(key), name: record.linkNames?.get(targetKey(key)) ?? '' });
  if (value === null || value === undefined) return null;
  if (f.traits.family === 'reference') return { id: value, name: record.names[f.key] ?? '' };
  if (isLink(f.traits.family)) return Array.isArray(value) ? value.map(linked) : linked(value as string);
  if (f.traits.isAmount)
    return shownAmount(f, value as string, rules, currencyOf(f, record.state, baseCurrency));
  return f.traits.isDocument ? documentOf(value as string) : value;
}

/**
 * Returns an amount with the decimals of its currency. If the reader does not see the currency, zeros at the end are left
 * out, because their number would tell it.
 */
function shownAmount(f: FieldDescriptor, value: string, rules: FieldRules, currency: string): string {
  const byField = currencyFieldOf(f);
  if (!byField || rules.allClear || rules.read(byField) === 'clear') return formatAmount(value, currency);
  return value.includes('.') ? value.replace(/\.?0+$/, '') : value;
}

/** Gives a reference an empty name if its name is withheld. */
function named(linked: any): unknown {
  if (Array.isArray(linked)) return linked.map(named);
  return linked ? { id: linked.id, name: linked.name ?? '' } : linked;
}

/** Returns the currency of a money field of the record. */
export function currencyOf(f: FieldDescriptor, state: RecordState, baseCurrency: string): string {
  if (typeof f.currency === 'object') {
    if ('fixed' in f.currency) return f.currency.fixed;
    return (state[f.currency.field] as string | null) ?? baseCurrency;
  }
  return (f.keptIn && (state[f.keptIn] as string | null)) || baseCurrency;
}

/** Returns the key of the field that says an amount's currency, by the description; undefined when there is none. */
export function currencyFieldOf(f: FieldDescriptor): string | undefined {
  return typeof f.currency === 'object' && 'field' in f.currency ? f.currency.field : undefined;
}

/** Returns the key of the field that holds an amount's currency; undefined when there is none. */
export function currencyKeyOf(f: FieldDescriptor): string | undefined {
  return currencyFieldOf(f) ?? f.keptIn;
}

/** Returns a value of the event log or a conflict as the reader's rules show it; `undefined` when hidden. */
export function presentLoose(
  f: FieldDescriptor,
  value: unknown,
  rules: FieldRules,
  currency: string,
): unknown {
  const visibility = rules.allClear ? 'clear' : rules.read(f.key);
  if (visibility === 'hidden') return undefined;
  const shown =
    f.traits.isAmount && typeof value === 'string'
      ? shownAmount(f, value, rules, currency)
      : f.traits.isDocument && typeof value === 'string'
        ? documentOf(value)
        : loggedValue(f, value);
  return visibility === 'mask' ? rules.mask(f.key, shown) : shown;
}

/** A line as JSON: its id, and its values as the reader's rules show them. */
export type PresentedLine = Record<string, unknown> & { id: string };

/**
 * Returns lines as the rules show them; undefined if they show none at all.
 * @param owner values of the record that owns the lines, which says the currency of their amounts
 * @param names of the records that lines refer to, by the line's id
 */
export function presentLines(
  { key, fields }: LineCollection,
  lines: OwnedLine[],
  owner: Readonly<RecordState>,
  names: ReadonlyMap<string, LineNames> | undefined,
  rules: FieldRules,
  baseCurrency: string,
): PresentedLine[] | undefined {
  if (!rules.allClear && rules.read(key) === 'hidden') return undefined;
  return lines.map((line) => {
    const out: PresentedLine = { id: line.id };
    for (const f of fields) {
      const { name } = f.line!;
      const value = line[name] ?? null;
      const isNamed = f.traits.family === 'reference' && typeof value === 'string';
      const shown = presentLoose(
        f,
        isNamed ? { id: value, name: names?.get(line.id)?.[name] ?? '' } : value,
        rules,
        currencyOf(f, owner, baseCurrency),
      );
      if (shown !== undefined) out[name] = shown;
    }
    return out;
  });
}

/** Returns the keys by which rights say what is withheld of lines: the lines as a whole, or their fields. */
export function keysOfLines(lines: LineCollection[], rules: FieldRules): { key: string }[] {
  return lines.flatMap((collection) =>
    rules.read(collection.key) === 'hidden' ? [collection] : [collection, ...collection.fields],
  );
}
