import type { Condition, FieldType } from '@pellucid/conditions';
import type { ComputedSettings } from '../../access/index.js';
import type { BaseCurrencySql } from '../../money/index.js';
import type { RecordDescriptor } from './descriptor.js';
import type { FieldCipher } from './field-cipher.js';
import type { DefaultContext } from './field-defaults.js';
import type { FieldForm } from './field-forms.js';
import type { ServerFieldType } from './field-types/index.js';
import type { FieldStorage } from './storage/field-storage.js';

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
   * For a value made of all records that refer to the record: their objects, and the fields of each that decide about the value.
   * It is shown to those who see all records of the objects, and these fields in all of them.
   */
  counts?: readonly { objects: readonly string[]; fields: readonly string[] }[];
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
   * Whether the timeline of the record that it refers to tells what happens to this one: that it was made, and its verbs. If left
   * out, that of a record that this one belongs to does.
   */
  onTimeline?: boolean;
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
