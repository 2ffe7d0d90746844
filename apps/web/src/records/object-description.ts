import type { FieldType } from '@pellucid/conditions';

export type { FieldType };

export interface FieldOption {
  value: string;
  label: string;
}

/** One field as `GET /objects` describes it to this caller. */
export interface FieldDescription {
  key: string;
  label: string;
  type: FieldType;
  required: boolean;
  readOnly: boolean;
  options?: FieldOption[];
  /** Key of the object it points at. */
  references?: string;
  filterable?: boolean;
  sortable?: boolean;
  searchable?: boolean;
  /** Kept encrypted: filters can only tell its values equal. */
  encrypted?: boolean;
  importable?: boolean;
  /** A sentence under the input. */
  help?: string;
  /** Heading it stands under on the record page and in the form. */
  section?: string;
  defaultColumn?: boolean;
  /** Of a money field: key of the field that holds its currency; the base currency where none. */
  currencyField?: string;
  /** Of such a field: the key of its value in the base currency, by which filters and sorts compare it. */
  comparedBy?: string;
  /** Of an amount in the base currency: key of the field with the currency it is kept in at present. */
  keptIn?: string;
  maxLength?: number;
  /** Decimals that are stored. */
  scale?: number;
  min?: number;
  max?: number;
  /** Of a select: values beyond the options may be written too. */
  openOptions?: boolean;
  /** The most that this person sees of it in some record; each record says what of its own. */
  access?: 'clear' | 'mask';
  /** Some records show less of it. */
  varies?: boolean;
  /** Read-only by this person's roles, not by the nature of the field. */
  viewOnly?: boolean;
  /** Added by the app: no record holds it under this key. */
  isAdded?: boolean;
  /** Every record carries it and none describes it: rights to single fields do not cover it. */
  isSystem?: boolean;
}

/** One object as `GET /objects` describes it: lists, forms and pages are drawn from this. */
export interface ObjectDescription {
  key: string;
  /** "/accounts", below the API root and in the browser alike. */
  path: string;
  label: string;
  pluralLabel: string;
  /** Whether it stands in navigation; the others are reached from settings and search. */
  listed?: boolean;
  /** Field whose value names a record. */
  nameField: string;
  /** What this person may do with some record at least, by action: those of all objects, and the verbs. */
  permissions?: { create: boolean; update: boolean; delete: boolean; [action: string]: boolean };
  /** Seen through a role, with which one only looks: what the role itself may do. */
  rolePermissions?: { [action: string]: boolean };
  /** What can be done with its records beside creating, changing and deleting. */
  verbs?: { key: string; label: string }[];
  fields: FieldDescription[];
}

/** A reference as records hold it. */
export interface RecordReference {
  id: string;
  name: string;
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

/** What people call a record; a dash-free fallback so that a link is never empty. */
export function recordName(object: ObjectDescription, record: RecordData): string {
  const person = [record['firstName'], record['lastName']].filter(Boolean).join(' ');
  const candidates = [record[object.nameField], record['name'], person, record['email']];
  const name = candidates.find((candidate) => typeof candidate === 'string' && candidate.trim() !== '');
  return typeof name === 'string' ? name : `${object.label} ${record.id.slice(-6)}`;
}

/** The currency of an amount, where the values say it; undefined for amounts in the base currency too. */
export function currencyIn(field: FieldDescription, values: Record<string, unknown>): string | undefined {
  const currency = field.currencyField ? values[field.currencyField] : undefined;
  return typeof currency === 'string' ? currency : undefined;
}

export function fieldOf(object: ObjectDescription, key: string): FieldDescription | undefined {
  return object.fields.find((field) => field.key === key);
}

/** In: orders of a list, "-" before the field for descending. Out: the first by which this person may sort. */
export function firstSortable(object: ObjectDescription, sorts: string[]): string | undefined {
  return sorts.find((sort) => fieldOf(object, sort.replace(/^-/, ''))?.sortable);
}

export function mayCreate(object: ObjectDescription): boolean {
  return object.permissions?.create !== false;
}

/** Whether the role that is looked through may create one, though nobody who looks through it can. */
export function wouldCreate(object: ObjectDescription): boolean {
  return object.rolePermissions !== undefined && object.rolePermissions['create'] !== false;
}

export function mayUpdate(object: ObjectDescription): boolean {
  return object.permissions?.update !== false;
}

/** Whether this person may change or delete many records at once, those that one by one may be. */
export function mayBulk(object: ObjectDescription): boolean {
  return object.permissions?.['bulk'] !== false;
}

export function mayDelete(object: ObjectDescription): boolean {
  return object.permissions?.delete !== false;
}

/** Columns of a list nobody has arranged: those the description proposes, else the first six plain ones. */
export function defaultColumns(object: ObjectDescription): string[] {
  const proposed = object.fields.filter((field) => field.defaultColumn).map((field) => field.key);
  const plain = object.fields
    .filter((field) => field.type !== 'longText' && field.key !== 'externalId')
    .slice(0, 6)
    .map((field) => field.key);
  const columns = proposed.length ? proposed : plain;
  const named = fieldOf(object, object.nameField) ? [object.nameField] : [];
  return [...named, ...columns.filter((key) => key !== object.nameField)];
}
