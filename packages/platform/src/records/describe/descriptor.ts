import type { DefaultContext } from './field-defaults.js';
import { type Condition, FIELD_TYPE_NAMES, type FieldType, fieldsOf, isLink } from '@pellucid/conditions';
import type { BuiltInRights, ComputedSettings } from '../../access/index.js';
import { type BaseCurrencySql, CURRENCIES } from '../../money/index.js';
import type { FieldCipher } from './field-cipher.js';
import type { FieldForm } from './field-forms.js';
import { SERVER_FIELD_TYPES, type ServerFieldType } from './field-types/index.js';
import { type ObjectPresentation, presentationOf } from './object-presentation.js';
import type { ObjectTexts } from './object-texts.js';
import { recordLinks } from './links/record-links.js';
import type { LineCollection } from './owned-lines.js';
import { columnStorage } from './storage/column-storage.js';
import type { FieldStorage } from './storage/field-storage.js';
import { refersToRecords } from './targets.js';
import { type LinkField, linkStorage } from './storage/link-storage.js';

/**
 * How personal a field's values are. Decides masking, encryption and what the event log encrypts with the record's
 * secret.
 */
export type PiiClass = 'public' | 'internal' | 'personal' | 'sensitive' | 'secret';

/** One choice of a select field. */
export interface FieldOption {
  value: string;
  label: string;
  /** Records keep it, but no record is given it any more. */
  retired?: boolean;
  /** Values of the field that it depends on with which it can be chosen; with any if left out. */
  for?: readonly string[];
}

/** What differs for records of one legal entity. */
export interface EntityOverride {
  label?: string;
  required?: boolean;
  /** Values of the options that can be chosen. */
  options?: string[];
  /** Whether forms leave the field out. */
  hidden?: boolean;
}

/** What the texts of a field look like. */
export interface TextPattern {
  /** A regular expression in RE2's syntax, which runs in linear time. */
  source: string;
  matches(text: string): boolean;
}

/** Values by field key, in API form: references as ids, money as decimal strings, dates as text. */
export type RecordState = Record<string, unknown>;

/** What a derived value is made of. */
export interface Derivation {
  /** Own fields by key, or `account.name` for a field of the record that a reference points at. */
  from: string[];
  /** Fields of lines by key: `lines.amount`. */
  lines?: string[];
  /** Key of a stored boolean that says in which records the value is derived; in the others somebody typed it. */
  where?: string;
  /**
   * For a value made of all records that refer to the record: their object, and its fields that decide about the value. It is
   * shown to those who see all records of the object, and these fields in all of them.
   */
  counts?: { object: string; fields: string[] };
}

/** The definition of a field that a company added. */
export interface CustomPlace {
  /** Id of the definition, under which values are stored. */
  id: string;
  /** Name in the member `custom` of requests and responses. */
  name: string;
}

/** One field of an object: everything that engines need to know about it. */
export interface FieldDescriptor {
  /** Its name in conditions, sorts, mappings and rules: `amount`, or `custom.size` for a field that the company added. */
  key: string;
  label: string;
  type: FieldType;
  /** What the type means. Engines ask for these traits, never for the type's name. */
  traits: ServerFieldType;
  /** Must have a value after the participants have run. */
  required: boolean;
  /** Must also have a value if this holds, a condition on the record's own fields. What the author does not see counts as empty. */
  requiredIf?: Condition;
  /** Forms show it, and it can be required, only if this holds. */
  visibleIf?: Condition;
  /** Only the product itself writes it. */
  readOnly: boolean;
  /** Where its values are stored. */
  storage: FieldStorage;
  /** Set for fields that the company added. */
  custom?: CustomPlace;
  /** How the product works out the values of a field that the company added. */
  computed?: ComputedSettings;
  /** Set for fields of lines that records own: the key of the collection, and the field's name in a line. */
  line?: { collection: string; name: string };
  /** Whether no two records that are not deleted may have the same value. Checked under a lock. */
  isUnique?: boolean;
  /** Whose name it is: duplicates are found whatever the legal form of a company or the title of a person. */
  names?: 'company' | 'person';
  /**
   * How its texts are compared and found. Phone numbers depend on the company's country, so their form is set per
   * tenant.
   */
  form: FieldForm;
  /**
   * A key of another system: case and accents are significant, and it is stored in the form in which it is compared.
   */
  isKey?: boolean;
  /** Maximum number of characters, for texts. */
  maxLength: number;
  pattern?: TextPattern;
  /** Decimals of the stored scaled integer (number, money). */
  scale: number;
  min?: number;
  max?: number;
  options?: FieldOption[];
  /** Name of the options in the API document, if several fields have the same. */
  optionSet?: string;
  /** Key of the choice that decides which options can be chosen; see {@link FieldOption.for}. */
  dependsOn?: string;
  /** What differs for records of a legal entity, by its id. */
  entityOverrides?: Readonly<Record<string, EntityOverride>>;
  /** Whether a tenant may add its own options (imports may create them too). */
  openOptions: boolean;
  /** Object key a reference (or a multiSelect of references) points at. */
  references?: string;
  /** {@link RecordDescriptor.source} of that object, if a company made it: only descriptions of its tenant know it. */
  referencesSource?: string;
  /** Keys of the objects that links may lead to, for a field that says of which object each record is. */
  linksTo?: readonly string[] | 'any';
  /** A reference to the same object that forms a tree: cycles are refused. */
  tree?: boolean;
  /**
   * For a referenced object whose names are only unique within another record, as a stage's within its pipeline.
   * `field` is the key of that reference, the same on this object and on the referenced one. If a row leaves it empty,
   * only records count whose other record has the boolean field `preferred` set. Used when references are looked up by
   * name.
   */
  lookupScope?: { field: string; preferred: string };
  filterable: boolean;
  sortable: boolean;
  searchable: boolean;
  /** Whether imports may set it. A read-only field can be importable: then another system's value is brought along. */
  importable: boolean;
  audited: boolean;
  pii: PiiClass;
  /** How its values are encrypted, if the company has turned that on. Set per tenant, never in a description. */
  cipher?: FieldCipher;
  /**
   * What a new record takes if nothing is given, before the default: a field of the record that one of its references
   * leads to. Only what the tenant's snapshot knows can be named, so that it costs no query.
   */
  defaultFrom?: { reference: 'legalEntity'; field: 'currency' };
  /** Returns the default for a new record. */
  default?: (context: DefaultContext) => unknown;
  /** Currency of a money field: the tenant's base currency, another field of the record, or always the same. */
  currency?: 'base' | { field: string } | { fixed: string };
  /**
   * For an amount in the base currency: the read-only field with the base currency at the time it was stored. When the
   * base currency changes, amounts are converted one by one.
   */
  keptIn?: string;
  /**
   * For an amount with `keptIn`: returns the SQL expression of the amount in the current base currency, converted if the
   * record keeps it in an earlier one. Aggregates use it while the base currency changes.
   * @param alias of the record's row
   */
  inBaseSql?(alias: string, to: BaseCurrencySql): string;
  /**
   * For an amount in its own currency: the read-only money field with its value in the base currency. Amounts in
   * different currencies cannot be compared directly, so filters, sorts and conditions compare that value.
   */
  comparedBy?: string;
  help?: string;
  section?: string;
  /** Whether lists show it by default. */
  defaultColumn: boolean;
  /**
   * A reference to the record that this one belongs to: deleting that record may, on request, delete this one too. If
   * there are several, the first one that is set counts.
   */
  belongsTo?: boolean;
  /**
   * It decides what people may see: membership in teams and legal entities, managers. Changing it in an existing record
   * requires the system permission `manageUsers`: otherwise, whoever may edit a team could give themselves the right to
   * see another team's records.
   */
  framesAccess?: boolean;
  /**
   * A reference that the record cannot do without, although requests may leave it empty. Its target cannot be deleted.
   */
  indispensable?: boolean;
  /**
   * What the product derives its value from. Readers who do not see all of that unmasked do not see the value: see
   * derived-values.ts.
   */
  derivedFrom?: Derivation;
}

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
  /**
   * Fields whose change an event's verb reveals (`won` reveals the stage). Readers who do not see them get the verb
   * `updated`.
   */
  verbsTell: Record<string, string[]>;
  /** Default order of lists, e.g. `-createdAt`. */
  defaultSort: string;
  /** Which generic endpoints exist; all by default. */
  operations: { create: boolean; update: boolean; delete: boolean };
  /** Whether a new record belongs to its creator by default. */
  ownedByCreator: boolean;
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

/** What a field's declaration may say in addition to its key and label. */
export type Given = Partial<Omit<FieldDescriptor, 'key' | 'label' | 'type' | 'traits' | 'derivedFrom'>> & {
  /** Just the sources, if the value is derived in every record. */
  derivedFrom?: Derivation | string[];
  /** Column of the record's table, if it is not named after the field. */
  column?: string;
  /** How a module stores the values outside the record's own row. */
  link?: LinkField;
};

/** What the fields of a type have unless their declarations say otherwise. */
export type FieldDefaults = Pick<
  Given,
  'maxLength' | 'scale' | 'currency' | 'pii' | 'filterable' | 'sortable'
>;

const snake = (key: string) => key.replace(/[A-Z]/g, (c) => '_' + c.toLowerCase());

/** Describes a field of any type, with the defaults of the type. */
export function makeField(type: FieldType, key: string, label: string, given: Given): FieldDescriptor {
  const traits = SERVER_FIELD_TYPES[type];
  const { derivedFrom, link, column, storage, ...merged } = { ...traits.defaults, ...given };
  const filterable = merged.filterable ?? true;
  return {
    key,
    label,
    type,
    traits,
    form: traits.form,
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
    ...(isLink(traits.family) ? { linksTo: 'any' as const } : {}),
    ...merged,
    ...(derivedFrom ? { derivedFrom: Array.isArray(derivedFrom) ? { from: derivedFrom } : derivedFrom } : {}),
    filterable,
    sortable: merged.sortable ?? (filterable && !link),
    storage:
      storage ??
      (link
        ? linkStorage(link, merged.references !== undefined)
        : traits.ownStorage
          ? traits.ownStorage(column ?? snake(key))
          : columnStorage(
              column ?? snake(key) + traits.columnSuffix,
              filterable && traits.hasNormColumn ? `${snake(key)}_norm` : null,
            )),
  };
}

/** Keys of the objects that links may lead to; `any` for all that people see as records of their own. */
export type Linkable = NonNullable<FieldDescriptor['linksTo']>;

type Builder = (key: string, label: string, given?: Given) => FieldDescriptor;

const builders = Object.fromEntries(
  FIELD_TYPE_NAMES.map((type): [FieldType, Builder] => [
    type,
    (key, label, given = {}) => makeField(type, key, label, given),
  ]),
) as Record<FieldType, Builder>;

/** Builders of fields, one for each type: `field.text('name', 'Name', {required: true})`. */
export const field = {
  ...builders,
  /** One of the options; with `openOptions` a tenant may add its own. */
  select: (key: string, label: string, options: FieldOption[], given: Given = {}) =>
    builders.select(key, label, { options, ...given }),
  /** One of the ISO 4217 currencies. */
  currency: (key: string, label: string, given: Given = {}) =>
    builders.select(key, label, { options: optionsOf(...CURRENCIES), optionSet: 'Currency', ...given }),
  /** Any number of the options, stored in a text[] column. */
  multiSelect: (key: string, label: string, options: FieldOption[], given: Given = {}) =>
    builders.multiSelect(key, label, { options, ...given }),
  /** Several references to records of an object, stored as the link says. */
  references: (key: string, label: string, references: string, link: LinkField, given: Given = {}) =>
    builders.multiSelect(key, label, { link, references, ...given }),
  /** Id of a record of another object, stored in `<key>_id` unless a link says otherwise. */
  reference: (key: string, label: string, references: string, given: Given = {}) =>
    builders.reference(key, label, { references, ...given }),
  /** One record of any of several objects, stored in `<key>_object` and `<key>_id`. */
  anyReference: (key: string, label: string, linksTo: Linkable, given: Given = {}) =>
    builders.anyReference(key, label, { linksTo, ...given }),
  /** Any number of records of several objects, stored in record_link under the kind; by default the field's key. */
  links: (
    key: string,
    label: string,
    linksTo: Linkable,
    { kind = key, ...given }: Given & { kind?: string } = {},
  ) =>
    builders.links(key, label, {
      linksTo,
      storage: recordLinks(kind, given.options !== undefined),
      ...given,
    }),
};

/** Makes options from labels; each value equals its label. */
export const optionsOf = (...labels: string[]): FieldOption[] =>
  labels.map((label) => ({ value: label, label }));

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
    bumpsAccess: false,
    listed: true,
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
