import { FIELD_TYPE_NAMES, type FieldType, isLink } from '@pellucid/conditions';
import { CURRENCIES } from '../../money/index.js';
import type { Derivation, FieldDescriptor, FieldOption } from './field-descriptor.js';
import { SERVER_FIELD_TYPES } from './field-types/index.js';
import { recordLinks } from './links/record-links.js';
import { columnStorage } from './storage/column-storage.js';
import { type LinkField, linkStorage } from './storage/link-storage.js';

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
