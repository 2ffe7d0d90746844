import { type Condition, fieldsOf } from '@pellucid/conditions';
import type { BuiltInRights } from '../../access/index.js';
import type { FieldDescriptor, RecordState } from './field-descriptor.js';
import { type ObjectPresentation, presentationOf } from './object-presentation.js';
import type { ObjectTexts } from './object-texts.js';
import type { LineCollection } from './owned-lines.js';
import { refersToRecords } from './targets.js';

export * from './field-builders.js';
export type * from './field-descriptor.js';

/** A unique index and the field on which a violation is reported. */
export interface UniqueRule {
  constraint: string;
  field: string;
  message: string;
}

/**
 * Returns the field whose stored value filters, sorts and conditions compare: the field itself, or its value in the
 * base currency.
 */
export function comparedField(descriptor: RecordDescriptor, f: FieldDescriptor): FieldDescriptor {
  return f.comparedBy === undefined ? f : descriptor.byKey.get(f.comparedBy)!;
}

/** An action on a record other than create, update, delete and restore. Declared so that roles can grant it. */
export interface VerbDescriptor {
  key: string;
  label: string;
}

/** When records of an object can no longer be changed, by whoever it may be. Only the product itself still writes them. */
export interface FrozenRule {
  /** A condition on the record's own fields. The refusal tells that it holds, also to people who do not see these fields. */
  when: Condition;
  /** Code and message of the refusal (409). */
  code: string;
  message: string;
}

/** A field by which the records that it links to open the record that has it. */
export interface VisibleThrough {
  field: string;
  /** Whether people who can read a linked record can read this one, or people who can change it can also change this one. */
  see: 'read' | 'edit';
}

/** Where records of an object stand on timelines. */
export interface TimelineTrait {
  /** Key of the field that leads to the records that one is about: on their timelines it stands. */
  about: string;
  /** Key of the datetime field with its time there; `createdAt` if left out. With a time to come, it stands under "Upcoming". */
  at?: string;
}

/** The rows of a table that are the records of one of the objects that share it. */
export interface TablePart {
  column: string;
  value: number;
}

/** Returns the end of a WHERE clause of a statement that changes records of an object. @param alias of the table */
export const andInPart = ({ part }: Pick<RecordDescriptor, 'part'>, alias: string): string =>
  part ? ` and ${alias}.${part.column} = ${part.value}` : '';

/** Rules about duplicates that every new company has. Objects whose descriptions name the same one are compared with each other. */
export type StartingRule = 'email' | 'website';

/** Keys of the fields that must all be the same, by rule. */
export type SameBy = Readonly<Partial<Record<StartingRule, readonly string[]>>>;

/** The description of a business object. Engines read it and name no object themselves. */
export interface RecordDescriptor {
  /** Singular key, e.g. `account`. */
  key: string;
  /** Name in paths and operations, e.g. `accounts`. */
  plural: string;
  label: string;
  pluralLabel: string;
  /** The same texts in languages other than English. */
  texts?: { de: ObjectTexts };
  table: string;
  /** Whether the company made it. */
  isCustom: boolean;
  /** Which rows of the table are its records, if several objects share it. */
  part?: TablePart;
  /**
   * Its records as an item of FROM. Whatever reads records reads from it, so that no statement can forget the
   * {@link part}. Postgres plans it like the table itself.
   */
  source: string;
  /** Increased when fields change their meaning; recorded with every event. */
  version: number;
  fields: FieldDescriptor[];
  byKey: Map<string, FieldDescriptor>;
  /** Lines that its records own. Their fields are not among {@link fields}. */
  lines: LineCollection[];
  /** Returns the record's name. Receives the names of referenced records by field key. */
  displayName(state: RecordState, names: Record<string, string | undefined>): string;
  /**
   * Fields that {@link displayName} is composed of. A reader who may not see one of them unmasked does not see the
   * name.
   */
  nameFields: string[];
  /**
   * Fields that the name falls back on when those are empty. A reader who may not see them does not see the name of
   * such a record.
   */
  nameFallbacks: string[];
  /** Fields that the company has deleted, by key. Only histories show their values. */
  former: ReadonlyMap<string, FieldDescriptor>;
  uniques: UniqueRule[];
  verbs: VerbDescriptor[];
  frozen?: FrozenRule;
  /** Records are also seen by people who see a record that they are linked to by one of these fields (ADR 32). */
  visibleThrough: VisibleThrough[];
  /** Its records stand on the timelines of the records that they are about. */
  timeline?: TimelineTrait;
  /**
   * Fields whose change an event's verb reveals (`won` reveals the stage). Readers who do not see them get the verb
   * `updated`.
   */
  verbsTell: Record<string, string[]>;
  /** Default order of lists, e.g. `-createdAt`. */
  defaultSort: string;
  /** Which generic endpoints exist; all by default. */
  operations: { create: boolean; update: boolean; delete: boolean };
  /**
   * How its records begin, if the module makes them by endpoints of its own: `upload`. It takes the right to create, and clients
   * are told of it under this name.
   */
  beginsBy?: string;
  /** Whether a new record belongs to its creator by default. */
  ownedByCreator: boolean;
  /** Whether rules of the company may choose the owner of a new record, if nobody is asked for. */
  ownersByRules: boolean;
  /** Changes to it affect rights or definitions, so caches are invalidated. */
  bumpsAccess: boolean;
  /** Whether it appears in navigation, import and search (false for configuration). */
  listed: boolean;
  presentation: ObjectPresentation;
  /**
   * Key of an e-mail field by which imports also find records that are referred to by name. Only for objects none of whose
   * names looks like an address.
   */
  emailField?: string;
  /** What the built-in roles may do with its records. Administrators may do everything, and Read Only reads everything. */
  roles: BuiltInRights;
  /** What records have in common that are duplicates by a rule that new companies start with; see {@link StartingRule}. */
  sameBy: SameBy;
}

/** The part of a description that a module provides. */
export type RecordDefinition = Pick<
  RecordDescriptor,
  'key' | 'plural' | 'label' | 'pluralLabel' | 'table' | 'fields'
> &
  Partial<
    Omit<
      RecordDescriptor,
      | 'byKey'
      | 'former'
      | 'source'
      | 'key'
      | 'plural'
      | 'label'
      | 'pluralLabel'
      | 'table'
      | 'fields'
      | 'presentation'
    >
  > & { presentation?: Partial<ObjectPresentation> };

/** Returns the item of FROM with the records of an object. */
const sourceOf = (table: string, part: TablePart | undefined) =>
  part ? `(select * from ${table} where ${part.column} = ${part.value})` : table;

/**
 * Completes a description: adds the fields that every record has, and fills in defaults.
 * @throws Error when a field key is used twice
 */
export function defineRecord(given: RecordDefinition, shared: FieldDescriptor[]): RecordDescriptor {
  const fields = [...given.fields, ...shared.filter((s) => !given.fields.some((f) => f.key === s.key))].map(
    (f) => (f.storage.of ? { ...f, storage: f.storage.of(given.key) } : f),
  );
  const byKey = new Map(fields.map((f) => [f.key, f]));
  if (byKey.size !== fields.length) throw new Error(`${given.key}: a field key is used twice`);
  for (const { key } of given.lines ?? [])
    if (byKey.has(key)) throw new Error(`${given.key}: "${key}" is both a field and lines`);
  for (const f of fields)
    if (f.comparedBy !== undefined) {
      const value = byKey.get(f.comparedBy);
      if (
        !f.traits.isAmount ||
        !value?.traits.isAmount ||
        !value.storage.columns.length ||
        !value.derivedFrom?.from.includes(f.key)
      )
        throw new Error(
          `${given.key}: "${f.key}" is compared by "${f.comparedBy}", which must be a stored amount that tells it`,
        );
    }
  for (const [key] of given.frozen ? fieldsOf(given.frozen.when) : [])
    if (!byKey.get(key!)?.filterable)
      throw new Error(
        `${given.key}: records are frozen by "${key}", which is no field that conditions can ask`,
      );
  for (const { field: key } of given.visibleThrough ?? [])
    if (!byKey.has(key) || !refersToRecords(byKey.get(key)!))
      throw new Error(`${given.key}: records are visible through "${key}", which does not link to records`);
  if (given.timeline) {
    const { about, at } = given.timeline;
    if (!byKey.has(about) || !refersToRecords(byKey.get(about)!))
      throw new Error(`${given.key}: its timeline is about "${about}", which does not link to records`);
    const time = at === undefined ? undefined : byKey.get(at);
    if (at !== undefined && !(time?.traits.family === 'datetime' && time.storage.columns.length))
      throw new Error(`${given.key}: its time on timelines is "${at}", which is no stored time`);
  }
  for (const key of [...(given.nameFields ?? []), ...(given.nameFallbacks ?? [])])
    if (!byKey.get(key)?.storage.columns.length)
      throw new Error(`${given.key}: "${key}" is no stored field to make a name of`);
  return {
    version: 1,
    uniques: [],
    verbs: [],
    visibleThrough: [],
    verbsTell: {},
    defaultSort: '-createdAt',
    ownedByCreator: true,
    ownersByRules: false,
    bumpsAccess: false,
    listed: true,
    isCustom: false,
    roles: {},
    sameBy: {},
    displayName: (state) => String(state['name'] ?? ''),
    nameFields: byKey.has('name') ? ['name'] : [],
    nameFallbacks: [],
    former: new Map(),
    lines: [],
    ...given,
    source: sourceOf(given.table, given.part),
    operations: given.operations ?? { create: true, update: true, delete: true },
    presentation: presentationOf(given.key, given.presentation, (key) => byKey.has(key)),
    fields,
    byKey,
  };
}
