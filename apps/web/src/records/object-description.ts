import type { Condition, FieldType } from '@pellucid/conditions';
import type { ObjectPresentation } from './object-presentation';

export type { FieldType };

export interface FieldOption {
  value: string;
  label: string;
  /** Records keep it, but it can't be chosen any more. */
  retired?: boolean;
  /** Values of the field in `dependsOn` with which it can be chosen; any if left out. */
  for?: string[];
}

/** What differs of a field for records of a legal entity. */
export interface EntityOverride {
  label?: string;
  required?: boolean;
  /** Values of the options that can be chosen. */
  options?: string[];
  hidden?: boolean;
}

/** One field as `GET /objects` describes it to the user. */
export interface FieldDescription {
  key: string;
  label: string;
  type: FieldType;
  required: boolean;
  readOnly: boolean;
  /** How Pellucid works its values out, for a field that the company added. */
  computed?: 'formula' | 'rollup' | 'autoNumber';
  options?: FieldOption[];
  /** Key of the choice that decides which options can be chosen. */
  dependsOn?: string;
  /** When it must have a value. */
  requiredIf?: Condition;
  /** When forms show it. Otherwise it isn't required. */
  visibleIf?: Condition;
  /** What differs for records of a legal entity, by its ID. */
  entityOverrides?: Record<string, EntityOverride>;
  /** Key of the object that it references. */
  references?: string;
  /** Keys of the objects that its values may be records of, for a field that links to several objects. */
  linksTo?: string[];
  filterable?: boolean;
  sortable?: boolean;
  searchable?: boolean;
  /** Stored encrypted, so filters can only compare for equality. */
  encrypted?: boolean;
  importable?: boolean;
  /** A sentence under the input. */
  help?: string;
  /** Heading above it on the record page and in the form. */
  section?: string;
  defaultColumn?: boolean;
  /** For a money field: each record says its currency. Otherwise it is in the base currency or a fixed one. */
  ownCurrency?: boolean;
  /** For such a field: key of the field with its currency. Left out if the user may not see it. */
  currencyField?: string;
  /** The currency of an amount that has always the same. */
  currency?: string;
  /** For such a field: key of its value in the base currency, which filters and sorts compare. */
  comparedBy?: string;
  /** For an amount in the base currency: key of the field with the currency that it is currently stored in. */
  keptIn?: string;
  /** What a new record has if it is left out. */
  default?: unknown;
  /** What a new record takes before that: a field of the record that a reference leads to. */
  defaultFrom?: { reference: string; field: string };
  maxLength?: number;
  /** Decimals that are stored. */
  scale?: number;
  min?: number;
  max?: number;
  /** For a select: values other than the options may be written too. */
  openOptions?: boolean;
  /** The most that the user sees of it in any record. Each record states its own level. */
  access?: 'clear' | 'mask';
  /** In some records, less of it is shown. */
  varies?: boolean;
  /** Read-only because of the user's roles, not in itself. */
  viewOnly?: boolean;
  /** Added by the app: no record has it under this key. */
  isAdded?: boolean;
  /** On every record without being described. Rights to single fields don't apply to it. */
  isSystem?: boolean;
}

/** Lines that records of an object own, such as the product lines of a deal. */
export interface LinesDescription {
  /** Member of a record with its lines. */
  key: string;
  label: string;
  /** The user's roles don't let them add, remove or move lines. */
  readOnly?: boolean;
  /** Their keys contain the key of the lines: "lines.quantity". */
  fields: FieldDescription[];
}

/** One object as `GET /objects` describes it. Lists, forms and pages are drawn from this. */
export interface ObjectDescription {
  key: string;
  /** "/accounts", both below the API root and in the browser. */
  path: string;
  label: string;
  pluralLabel: string;
  /** Whether it is in the navigation. Other objects are reached from settings and search. */
  listed: boolean;
  presentation: ObjectPresentation;
  /** Keys of the objects that its records are grouped by, on boards and in totals. */
  groupedBy: string[];
  /** The field by which imports also find records that are named. */
  emailField?: string;
  /** The field that holds a record's name. */
  nameField: string;
  /** What the user may do with at least one record, by action: the actions of all objects, and the verbs. */
  permissions?: { create: boolean; update: boolean; delete: boolean; [action: string]: boolean };
  /** Set while viewing as a role, which is read-only: what the role itself may do. */
  rolePermissions?: { [action: string]: boolean };
  /** Actions on its records besides creating, changing and deleting. */
  verbs?: { key: string; label: string }[];
  /** Whether some of its records can no longer be changed, not even by administrators. */
  freezes?: boolean;
  /** Whether rules choose the owner of a new record that names none. */
  ownersByRules?: boolean;
  /** Its records stand on the timelines of the records that this field links to. */
  timeline?: { about: string };
  fields: FieldDescription[];
  lines?: LinesDescription[];
}

/** Key of the object that owners and authors of records are. */
export const PEOPLE = 'member';

/** Key of the field with a record's legal entity. */
export const LEGAL_ENTITY = 'legalEntity';

/** A reference as records contain it. */
export interface RecordReference {
  id: string;
  name: string;
}

/** A link to a record of any object, as records contain it. */
export interface LinkedRecord extends RecordReference {
  object: string;
  /** Value of the option that says what the record is to the one that has the link. */
  role?: string;
}

/** One record of any object. */
export interface RecordData {
  id: string;
  version: number;
  createdAt?: string;
  updatedAt?: string;
  [field: string]: unknown;
}

export function isReference(value: unknown): value is RecordReference {
  return typeof value === 'object' && value !== null && 'id' in value;
}

export function isLinkedRecord(value: unknown): value is LinkedRecord {
  return isReference(value) && 'object' in value;
}

/** A record's display name. Never empty, so that links always have text. */
export function recordName(object: ObjectDescription, record: RecordData): string {
  const person = [record['firstName'], record['lastName']].filter(Boolean).join(' ');
  const candidates = [record[object.nameField], record['name'], person, record['email']];
  const name = candidates.find((candidate) => typeof candidate === 'string' && candidate.trim() !== '');
  return typeof name === 'string' ? name : `${object.label} ${record.id.slice(-6)}`;
}

/** The currency of an amount, if the values tell; undefined also for amounts in the base currency. */
export function currencyIn(field: FieldDescription, values: Record<string, unknown>): string | undefined {
  if (field.currency) return field.currency;
  const currency = field.currencyField ? values[field.currencyField] : undefined;
  return typeof currency === 'string' ? currency : undefined;
}

export function fieldOf(object: ObjectDescription, key: string): FieldDescription | undefined {
  return object.fields.find((field) => field.key === key);
}

/** In: sort orders, "-" before a field for descending. Out: the first that the user may sort by. */
export function firstSortable(object: ObjectDescription, sorts: string[]): string | undefined {
  return sorts.find((sort) => fieldOf(object, sort.replace(/^-/, ''))?.sortable);
}

/** Whether the user may create records of the object. */
export function mayCreate(object: ObjectDescription): boolean {
  return object.permissions?.create !== false;
}

/** Whether the viewed role may create one, though nobody can while viewing as a role. */
export function wouldCreate(object: ObjectDescription): boolean {
  return object.rolePermissions !== undefined && object.rolePermissions['create'] !== false;
}

/** Whether the user may change at least one record of the object. */
export function mayUpdate(object: ObjectDescription): boolean {
  return object.permissions?.update !== false;
}

/** Whether the user may change or delete many records at once, provided they may do so one by one. */
export function mayBulk(object: ObjectDescription): boolean {
  return object.permissions?.['bulk'] !== false;
}

/** Whether the user may delete at least one record of the object. */
export function mayDelete(object: ObjectDescription): boolean {
  return object.permissions?.delete !== false;
}
