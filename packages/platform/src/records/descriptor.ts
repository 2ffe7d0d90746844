import type { FieldType } from '@pellucid/conditions';
import type { Statement } from '../db/tenant-pool.js';
import type { FieldCipher } from './field-cipher.js';
import { type FieldForm, formOfType } from './field-forms.js';
import type { ObjectTexts } from './object-texts.js';

/** How far personal a field's values are: decides masking, encryption and what the event log keeps under the record's secret. */
export type PiiClass = 'public' | 'internal' | 'personal' | 'sensitive' | 'secret';

/** One choice of a select field. */
export interface FieldOption {
  value: string;
  label: string;
}

/** Values by field key, in API form: references as ids, money as decimal strings, dates as text. */
export type RecordState = Record<string, unknown>;

/** One row whose link field changes. */
export interface LinkChange {
  id: string;
  before: unknown;
  after: unknown;
}

/** Where a field's value lives outside of the record's own row: a link table, a side table. */
export interface LinkField {
  /**
   * SQL expression for the read: JSON in API form (`{id, name}`, an array of those, or text) for the row alias.
   * @param nameOf gives the expression of a linked record's name for its alias: null where the reader may not see it
   */
  select(alias: string, nameOf: (alias: string) => string): string;
  /** SQL expression of the plain value for filters: uuid, text or text[]. */
  value(alias: string): string;
  /** SQL expression of the normalised text, where the type is textual. */
  norm?(alias: string): string;
  /** Statements that bring the link rows to `after`; they run behind the record's own write in the same round trip. */
  write(tenantId: string, object: string, changes: LinkChange[]): Statement[];
  /** For references: select of the records that point at the targets $1 (uuid[]): rows `{id, target}`. */
  referrers?: string;
  /**
   * Where the field tells less than its link holds: takes the targets out of the records' links. Answers rows `{id, kept}`
   * with what {@link relink} needs. Without it, unlinking is a change of the field like any other.
   */
  unlink?(tenantId: string, recordIds: string[], targetIds: string[]): Statement;
  /** Puts back what {@link unlink} took out. */
  relink?(tenantId: string, kept: unknown[]): Statement;
}

/** What a derived value is made of. */
export interface Derivation {
  /** Own fields by key, or `account.name` for a field of the record that a reference points at. */
  from: string[];
  /** Key of a stored boolean that says in which records the value is derived; in the others somebody typed it. */
  where?: string;
}

/** One field of an object: everything any engine needs to know of it. */
export interface FieldDescriptor {
  key: string;
  label: string;
  type: FieldType;
  /** Must have a value once the participants are through. */
  required: boolean;
  /** Only the product itself writes it. */
  readOnly: boolean;
  /** Column of the record's table; null when `link` says where the value lives. */
  column: string | null;
  /** Column with the normalised text that filters and sorts use. */
  normColumn: string | null;
  link: LinkField | null;
  /** How its texts are compared and found. Phone numbers belong to the company's country: set per tenant. */
  form: FieldForm;
  /** A key of another system: case and accents tell keys apart, and they are kept in the form they are compared in. */
  isKey?: boolean;
  /** Characters, for texts. */
  maxLength: number;
  /** Decimals of the stored scaled integer (number, money). */
  scale: number;
  min?: number;
  max?: number;
  options?: FieldOption[];
  /** Whether a tenant may add options of its own (an import may create them). */
  openOptions: boolean;
  /** Object key a reference (or a multiSelect of references) points at. */
  references?: string;
  /** A reference to the same object that makes a tree: cycles are refused. */
  tree?: boolean;
  /**
   * The referenced records' names are only unique within another one: a stage's within its pipeline. `field` is the key of
   * that reference, alike on this object and on the referenced one; where a row does not name it, records count whose own
   * has the boolean field `preferred` set. Used where references are looked up by name.
   */
  lookupScope?: { field: string; preferred: string };
  filterable: boolean;
  sortable: boolean;
  searchable: boolean;
  importable: boolean;
  audited: boolean;
  pii: PiiClass;
  /** How its values are kept where the company has them encrypted: set per tenant, never described. */
  cipher?: FieldCipher;
  /** Value for a new record where none is given. */
  default?: (context: { memberId: string | null; baseCurrency: string; today: string }) => unknown;
  /** Currency of a money field: the tenant's base currency or another field of the record. */
  currency?: 'base' | { field: string };
  /**
   * Of an amount in the base currency: the read-only field that says which currency that was when it was stored. Where the base
   * currency changes, amounts follow one by one.
   */
  keptIn?: string;
  /**
   * Of an amount in a currency of its own: the read-only money field that holds its value in the base currency. Amounts of
   * several currencies cannot be told greater or less by their digits: filters, sorts and conditions compare that value.
   */
  comparedBy?: string;
  help?: string;
  section?: string;
  /** Whether lists show it unless told otherwise. */
  defaultColumn: boolean;
  /**
   * A reference to what the record belongs to: deleting that may delete the record along, if asked for. Where there are
   * several, the first one that is set counts.
   */
  belongsTo?: boolean;
  /** A reference that the record cannot do without although it may be left empty in requests: what it points at stays. */
  indispensable?: boolean;
  /** What the product makes its value of. Whoever does not see all of that in clear does not see the value: see derived-values.ts. */
  derivedFrom?: Derivation;
}

/** A unique index and the field its violation is reported on. */
export interface UniqueRule {
  constraint: string;
  field: string;
  message: string;
}

/** The field whose stored value filters, sorts and conditions compare: the field itself, or its value in the base currency. */
export function comparedField(descriptor: RecordDescriptor, f: FieldDescriptor): FieldDescriptor {
  return f.comparedBy === undefined ? f : descriptor.byKey.get(f.comparedBy)!;
}

/** What is done with a record beside create, update, delete and restore. Declared so that roles can grant it. */
export interface VerbDescriptor {
  key: string;
  label: string;
}

/** The description of a business object. Engines read it; no engine names an object. */
export interface RecordDescriptor {
  /** Singular key, e.g. `account`. */
  key: string;
  /** Path and operation names, e.g. `accounts`. */
  plural: string;
  label: string;
  pluralLabel: string;
  /** The same texts in other languages than English. */
  texts?: { de: ObjectTexts };
  table: string;
  /** Raised when fields change their meaning; recorded with every event. */
  version: number;
  fields: FieldDescriptor[];
  byKey: Map<string, FieldDescriptor>;
  /** What people call the record. Gets names of referenced records by field key. */
  displayName(state: RecordState, names: Record<string, string | undefined>): string;
  /** Fields that {@link displayName} is made of: who may not see one of them in clear gets no name of the record. */
  nameFields: string[];
  /** Fields it falls back on where those are empty; who may not see them gets no name of such a record. */
  nameFallbacks: string[];
  uniques: UniqueRule[];
  verbs: VerbDescriptor[];
  /** Fields whose change the verb of an event tells (`won` tells the stage): without sight of them the event reads `updated`. */
  verbsTell: Record<string, string[]>;
  /** Default order of lists, e.g. `-createdAt`. */
  defaultSort: string;
  /** Which generic endpoints exist; all unless told. */
  operations: { create: boolean; update: boolean; delete: boolean };
  /** Whether a new record belongs to its creator unless told otherwise. */
  ownedByCreator: boolean;
  /** Changes of it alter rights or definitions, so caches must be told. */
  bumpsAccess: boolean;
  /** Whether it is offered in navigation, import and search (false: configuration). */
  listed: boolean;
}

type Given = Partial<Omit<FieldDescriptor, 'key' | 'label' | 'type' | 'derivedFrom'>> & {
  /** Sources alone where the value is derived in each record. */
  derivedFrom?: Derivation | string[];
};

const snake = (key: string) => key.replace(/[A-Z]/g, (c) => '_' + c.toLowerCase());

function makeField(type: FieldType, key: string, label: string, base: Given, given: Given): FieldDescriptor {
  const { derivedFrom, ...merged } = { ...base, ...given };
  const link = merged.link ?? null;
  const filterable = merged.filterable ?? true;
  const normable = ['text', 'email', 'phone', 'url'].includes(type) && !link && filterable;
  return {
    key,
    label,
    type,
    form: formOfType(type),
    required: false,
    readOnly: false,
    maxLength: 255,
    scale: 0,
    openOptions: false,
    searchable: false,
    importable: !merged.readOnly,
    audited: true,
    pii: 'internal',
    defaultColumn: false,
    ...merged,
    ...(derivedFrom ? { derivedFrom: Array.isArray(derivedFrom) ? { from: derivedFrom } : derivedFrom } : {}),
    link,
    filterable,
    sortable: merged.sortable ?? (filterable && !link),
    column:
      merged.column !== undefined
        ? merged.column
        : link
          ? null
          : snake(key) + (type === 'reference' ? '_id' : ''),
    normColumn: merged.normColumn !== undefined ? merged.normColumn : normable ? `${snake(key)}_norm` : null,
  };
}

/** Builders of fields: `field.text('name', 'Name', {required: true})`. */
export const field = {
  /** Short text with a stored normalised column `<key>_norm`, unless `filterable: false`. */
  text: (key: string, label: string, given: Given = {}) => makeField('text', key, label, {}, given),
  /** Text of several lines; not filterable, since it has no normalised column. */
  longText: (key: string, label: string, given: Given = {}) =>
    makeField('longText', key, label, { maxLength: 20_000, filterable: false }, given),
  /** Number, stored as a bigint scaled by `scale` decimals. */
  number: (key: string, label: string, given: Given = {}) => makeField('number', key, label, {}, given),
  /** Amount as decimal text, stored as bigint ten-thousandths: every ISO 4217 currency has at most four decimals. */
  money: (key: string, label: string, given: Given = {}) =>
    makeField('money', key, label, { scale: 4, currency: 'base' }, given),
  boolean: (key: string, label: string, given: Given = {}) => makeField('boolean', key, label, {}, given),
  date: (key: string, label: string, given: Given = {}) => makeField('date', key, label, {}, given),
  datetime: (key: string, label: string, given: Given = {}) => makeField('datetime', key, label, {}, given),
  /** One of the options; with `openOptions` a tenant may add its own. */
  select: (key: string, label: string, options: FieldOption[], given: Given = {}) =>
    makeField('select', key, label, { options }, given),
  /** Any number of the options, kept in a text[] column. */
  multiSelect: (key: string, label: string, options: FieldOption[], given: Given = {}) =>
    makeField('multiSelect', key, label, { options, sortable: false }, given),
  email: (key: string, label: string, given: Given = {}) =>
    makeField('email', key, label, { maxLength: 254, pii: 'personal' }, given),
  phone: (key: string, label: string, given: Given = {}) =>
    makeField('phone', key, label, { maxLength: 50, pii: 'personal' }, given),
  url: (key: string, label: string, given: Given = {}) =>
    makeField('url', key, label, { maxLength: 2000 }, given),
  /** Several references kept in a link table. */
  tags: (key: string, label: string, link: LinkField, given: Given = {}) =>
    makeField('multiSelect', key, label, { link, references: 'tag' }, given),
  /** Id of a record of another object, stored in `<key>_id` unless a link says otherwise. */
  reference: (key: string, label: string, references: string, given: Given = {}) =>
    makeField('reference', key, label, { references }, given),
};

/** Options from labels: the value is the label itself. */
export const optionsOf = (...labels: string[]): FieldOption[] =>
  labels.map((label) => ({ value: label, label }));

/** What a module gives to describe an object. */
export type RecordDefinition = Pick<
  RecordDescriptor,
  'key' | 'plural' | 'label' | 'pluralLabel' | 'table' | 'fields'
> &
  Partial<Omit<RecordDescriptor, 'byKey' | 'key' | 'plural' | 'label' | 'pluralLabel' | 'table' | 'fields'>>;

/**
 * Completes a description: the fields every record has are added, defaults filled in.
 * @throws Error when a field key is used twice
 */
export function defineRecord(given: RecordDefinition, shared: FieldDescriptor[]): RecordDescriptor {
  const fields = [...given.fields, ...shared.filter((s) => !given.fields.some((f) => f.key === s.key))];
  const byKey = new Map(fields.map((f) => [f.key, f]));
  if (byKey.size !== fields.length) throw new Error(`${given.key}: a field key is used twice`);
  for (const f of fields)
    if (f.comparedBy !== undefined) {
      const value = byKey.get(f.comparedBy);
      if (
        f.type !== 'money' ||
        value?.type !== 'money' ||
        !value.column ||
        !value.derivedFrom?.from.includes(f.key)
      )
        throw new Error(
          `${given.key}: "${f.key}" is compared by "${f.comparedBy}", which must be a stored amount that tells it`,
        );
    }
  for (const key of [...(given.nameFields ?? []), ...(given.nameFallbacks ?? [])])
    if (!byKey.get(key)?.column)
      throw new Error(`${given.key}: "${key}" is no stored field to make a name of`);
  return {
    version: 1,
    uniques: [],
    verbs: [],
    verbsTell: {},
    defaultSort: '-createdAt',
    ownedByCreator: true,
    bumpsAccess: false,
    listed: true,
    displayName: (state) => String(state['name'] ?? ''),
    nameFields: byKey.has('name') ? ['name'] : [],
    nameFallbacks: [],
    ...given,
    operations: given.operations ?? { create: true, update: true, delete: true },
    fields,
    byKey,
  };
}
