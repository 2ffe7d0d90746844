/** A field while it is edited, and what is sent to the API of it. Pure, so that tests need no browser. */
import { type Condition, type FieldType, isMatchable } from '@pellucid/conditions';
import { ADDED_TYPES, type ValueSetting } from '@/records/field-types/added-types';
import {
  type ComputedKind,
  computedKindOf,
  type CustomField,
  type CustomFieldChange,
  type CustomFieldCreate,
  type CustomFieldTypeChange,
  valueTypeOf,
} from '../api/custom-fields';
import { type ComputedDraft, computedDraftOf, computedWish, emptyComputed } from './computed-draft';

export { nameFromLabel } from '@/lib/forms/name-from-label';
export { OTHER_LANGUAGES } from '@/lib/i18n/label-languages';

export interface OptionDraft {
  /** Identifies the row while it is edited. */
  id: string;
  /** Undefined for a new option: its value is made of its label. */
  value?: string;
  label: string;
  labels: Record<string, string>;
  isRetired: boolean;
  /** Values of the field that the options depend on. */
  for: string[];
}

/** What differs for records of a legal entity. */
export interface OverrideDraft {
  label: string;
  /** Undefined as for all others. */
  required?: boolean;
  isHidden: boolean;
  /** Values that can be chosen; none for all. */
  options: string[];
}

export interface FieldDraft extends ComputedDraft {
  /** The type of the values. */
  type: FieldType;
  /** How values are worked out; undefined if people enter them. */
  computed: ComputedKind | undefined;
  name: string;
  label: string;
  labels: Record<string, string>;
  help: string;
  helps: Record<string, string>;
  section: string;
  isRequired: boolean;
  requiredIf?: Condition;
  visibleIf?: Condition;
  /** In the API's form; undefined for none. */
  default: unknown;
  isUnique: boolean;
  /** Whether it was to be unique, and values repeat. */
  uniqueRefused?: boolean;
  isIndexed: boolean;
  isSearchable: boolean;
  isDefaultColumn: boolean;
  isAudited: boolean;
  pii: NonNullable<CustomField['pii']>;
  options: OptionDraft[];
  dependsOn: string;
  references: string;
  linksTo: string[];
  maxLength: string;
  pattern: string;
  scale: string;
  min: string;
  max: string;
  currency: string;
  overrides: Record<string, OverrideDraft>;
}

let lastId = 0;

export function newOption(label = ''): OptionDraft {
  lastId += 1;
  return { id: `o${lastId}`, label, labels: {}, isRetired: false, for: [] };
}

/** A new field of a type, or whose values are worked out, with what companies mostly want. */
export function emptyDraft(choice: FieldType | ComputedKind): FieldDraft {
  const computed = computedKindOf({ type: choice });
  return {
    type: computed ? (computed === 'autoNumber' ? 'text' : 'number') : (choice as FieldType),
    computed,
    ...emptyComputed(),
    name: '',
    label: '',
    labels: {},
    help: '',
    helps: {},
    section: '',
    isRequired: false,
    default: undefined,
    isUnique: false,
    isIndexed: false,
    isSearchable: false,
    isDefaultColumn: false,
    isAudited: true,
    pii: 'internal',
    // Links need no roles.
    options: hasSetting(choice as FieldType, 'linksTo') ? [] : [newOption(), newOption()],
    dependsOn: '',
    references: '',
    linksTo: [],
    maxLength: '',
    pattern: '',
    scale: '',
    min: '',
    max: '',
    currency: '',
    overrides: {},
  };
}

const text = (value: number | string | undefined) => (value === undefined ? '' : String(value));

/** In: a field. Out: the draft that shows it. */
export function draftOf(field: CustomField): FieldDraft {
  return {
    type: valueTypeOf(field),
    computed: computedKindOf(field),
    ...computedDraftOf(field),
    name: field.name,
    label: field.label,
    labels: field.labels ?? {},
    help: field.help ?? '',
    helps: field.helps ?? {},
    section: field.section ?? '',
    isRequired: field.required ?? false,
    ...(field.requiredIf ? { requiredIf: field.requiredIf as Condition } : {}),
    ...(field.visibleIf ? { visibleIf: field.visibleIf as Condition } : {}),
    default: field.default,
    isUnique: field.unique ?? false,
    ...(field.uniqueRefused ? { uniqueRefused: true } : {}),
    isIndexed: field.indexed ?? false,
    isSearchable: field.searchable ?? false,
    isDefaultColumn: field.defaultColumn ?? false,
    isAudited: field.audited ?? true,
    pii: field.pii ?? 'internal',
    options: (field.options ?? []).map(({ value, label, labels, retired, for: needed }) => ({
      ...newOption(label),
      value,
      labels: labels ?? {},
      isRetired: retired ?? false,
      for: needed ?? [],
    })),
    dependsOn: field.dependsOn ?? '',
    references: field.references ?? '',
    linksTo: field.linksTo ?? [],
    maxLength: text(field.maxLength),
    pattern: field.pattern ?? '',
    scale: text(field.scale),
    min: text(field.min),
    max: text(field.max),
    currency: field.currency ?? '',
    overrides: Object.fromEntries(
      Object.entries(field.entityOverrides ?? {}).map(([id, { label, required, hidden, options }]) => [
        id,
        {
          label: label ?? '',
          ...(required === undefined ? {} : { required }),
          isHidden: hidden ?? false,
          options: options ?? [],
        },
      ]),
    ),
  };
}

/** Whether the type has a setting. */
export function hasSetting(type: FieldType, setting: ValueSetting): boolean {
  return ADDED_TYPES[type]?.settings.includes(setting) ?? false;
}

const words = (given: Record<string, string>): Record<string, string> | null => {
  const said = Object.entries(given).filter(([, word]) => word.trim());
  return said.length ? Object.fromEntries(said) : null;
};
const said = (value: string): string | null => value.trim() || null;
const number = (value: string): number | null => (value.trim() === '' ? null : Number(value));

/** What is sent of a draft; null removes a setting. */
export function wishOf(draft: FieldDraft): CustomFieldChange {
  const { type } = draft;
  const only = <T>(setting: ValueSetting, value: T): T | null => (hasSetting(type, setting) ? value : null);
  const hasOptions = hasSetting(type, 'options');
  const always: CustomFieldChange = {
    label: draft.label.trim(),
    labels: words(draft.labels),
    help: said(draft.help),
    helps: words(draft.helps),
    section: said(draft.section),
    indexed: draft.isIndexed,
    searchable: draft.isSearchable,
    defaultColumn: draft.isDefaultColumn,
    audited: draft.isAudited,
    pii: draft.pii,
  };
  if (draft.computed)
    return {
      ...always,
      scale: only('scale', number(draft.scale)),
      currency: only('currency', said(draft.currency)),
      ...computedWish(draft.computed, draft),
    };
  return {
    ...always,
    required: draft.isRequired,
    requiredIf: (draft.requiredIf ?? null) as never,
    visibleIf: (draft.visibleIf ?? null) as never,
    default: draft.default ?? null,
    unique: isMatchable(type) ? draft.isUnique : null,
    options:
      hasOptions && (draft.options.length || !hasSetting(type, 'linksTo'))
        ? draft.options
            .filter(({ label, value }) => label.trim() || value)
            .map((option) => {
              const labels = words(option.labels);
              return {
                value: option.value ?? option.label.trim(),
                label: option.label.trim() || (option.value ?? ''),
                ...(labels ? { labels } : {}),
                ...(option.isRetired ? { retired: true } : {}),
                ...(draft.dependsOn && option.for.length ? { for: option.for } : {}),
              };
            })
        : null,
    dependsOn: hasOptions ? said(draft.dependsOn) : null,
    references: only('references', said(draft.references)),
    linksTo: hasSetting(type, 'linksTo') && draft.linksTo.length ? draft.linksTo : null,
    maxLength: only('maxLength', number(draft.maxLength)),
    pattern: only('pattern', said(draft.pattern)),
    scale: only('scale', number(draft.scale)),
    min: only('min', number(draft.min)),
    max: only('max', number(draft.max)),
    currency: only('currency', said(draft.currency)),
    entityOverrides: overridesOf(draft, hasOptions),
  };
}

function overridesOf({ overrides }: FieldDraft, hasOptions: boolean): CustomFieldChange['entityOverrides'] {
  const entries = Object.entries(overrides).map(([id, { label, required, isHidden, options }]) => [
    id,
    {
      ...(label.trim() ? { label: label.trim() } : {}),
      ...(required === undefined ? {} : { required }),
      ...(isHidden ? { hidden: true } : {}),
      ...(hasOptions && options.length ? { options } : {}),
    },
  ]);
  const differing = entries.filter(([, override]) => Object.keys(override as object).length);
  return differing.length ? Object.fromEntries(differing) : null;
}

/** In: a draft, and the one that editing began with. Out: what is sent of the change; settings that stayed are left out. */
export function changeOf(draft: FieldDraft, start: FieldDraft): CustomFieldChange {
  const [next, before] = [wishOf(draft), wishOf(start)] as Record<string, unknown>[];
  return Object.fromEntries(
    Object.entries(next!).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before![key])),
  );
}

/** In: a draft with the new type. Out: what is sent of a change of type: all that it says about values. */
export function typeChangeOf(draft: FieldDraft): CustomFieldTypeChange {
  const { options, dependsOn, maxLength, pattern, scale, min, max, currency } = wishOf(draft);
  const settings = { options, dependsOn, maxLength, pattern, scale, min, max, currency };
  return {
    type: draft.type,
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)),
  } as CustomFieldTypeChange;
}

/** In: the object's key. Out: the body of a new field; what says nothing is left out. */
export function creationOf(object: string, draft: FieldDraft): CustomFieldCreate {
  const wish = Object.fromEntries(
    Object.entries(wishOf(draft)).filter(([, value]) => value !== null && value !== false),
  );
  return {
    object,
    name: draft.name,
    type: draft.computed ?? draft.type,
    ...(draft.computed === 'formula' && draft.valueType ? { valueType: draft.valueType } : {}),
    ...wish,
    ...(draft.isAudited ? {} : { audited: false }),
    label: draft.label.trim(),
  } as CustomFieldCreate;
}
