/** Fields that a company added to an object: they become fields of its description like those of the product. */
import { type Condition, CUSTOM_PREFIX, fieldsOf, isLink, isMatchable } from '@pellucid/conditions';
import type { CustomFieldDefinition } from '../../access/index.js';
import { pointer } from '../../errors/index.js';
import { computedParts, withoutSources } from './computed-fields.js';
import { type FieldDescriptor, makeField, type RecordDescriptor } from './descriptor.js';
import { SERVER_FIELD_TYPES } from './field-types/index.js';
import { oneRecordLink, recordLinks } from './links/record-links.js';
import { contextLanguage } from './object-texts.js';
import { textPattern } from './text-pattern.js';
import { customStorage } from './storage/custom-storage.js';

/** Returns the JSON pointer of a field in a record: `/amount`, `/custom/size`; of a field of any line: `/lines/quantity`. */
export function fieldPointer(key: string): string {
  return key.startsWith(CUSTOM_PREFIX)
    ? pointer('custom', key.slice(CUSTOM_PREFIX.length))
    : pointer(...key.split('.'));
}

/**
 * Describes a field from its definition.
 * @param country of the company: phone numbers without a country code are read as numbers of the country
 * @param currencyKey key of the field in which records of the object say their currency
 */
export function customField(
  definition: CustomFieldDefinition,
  country?: string,
  currencyKey?: string,
): FieldDescriptor {
  const { id, object, name, label, type, slot, settings } = inWords(definition, contextLanguage());
  const {
    isIndexed,
    currency,
    pii,
    isUnique: wantsUnique,
    default: preset,
    pattern,
    computed,
    ...settled
  } = settings;
  const traits = SERVER_FIELD_TYPES[type];
  const isFilterable = traits.defaults?.filterable ?? true;
  // Values that cannot tell records apart, such as yes and no or lists, have no lookup to check them by.
  const isUnique = Boolean(wantsUnique) && isMatchable(type);
  const isCopied =
    isFilterable && Boolean(isIndexed || isUnique || settings.references || computed?.kind === 'autoNumber');
  return makeField(type, CUSTOM_PREFIX + name, label, {
    ...settled,
    isUnique,
    ...(traits.formIn && country ? { form: traits.formIn(country) } : {}),
    custom: { id, name },
    ...(definition.isConverting ? { readOnly: true } : {}),
    ...(preset === undefined ? {} : { default: () => preset }),
    ...(pii ? { pii } : {}),
    ...(currency ? currencyOfAmounts(currency, currencyKey) : {}),
    ...(computed ? computedParts(computed) : {}),
    ...(pattern === undefined ? {} : { pattern: textPattern(pattern) }),
    storage: isLink(traits.family)
      ? (traits.isList ? recordLinks : oneRecordLink)(linkKind(id), settings.options !== undefined).of!(
          object,
        )
      : customStorage(
          { id, slot },
          traits.sqlType,
          isFilterable && traits.hasNormColumn,
          isCopied ? (definition.isIndexing ? 'building' : 'complete') : 'none',
        ),
  });
}

/** Amounts in the currencies of their records can't be compared with each other. */
const currencyOfAmounts = (currency: string, currencyKey: string | undefined) =>
  currency === RECORD_CURRENCY && currencyKey !== undefined
    ? { currency: { field: currencyKey }, filterable: false }
    : { currency: { fixed: currency } };

/** Says that amounts are in the currency of their record. */
export const RECORD_CURRENCY = 'record';

/** Returns the key of the field in which records of an object say their currency, as their amounts name it. */
export const currencyKeyIn = ({ fields }: Pick<RecordDescriptor, 'fields'>): string | undefined =>
  fields.flatMap(({ currency }) =>
    typeof currency === 'object' && 'field' in currency ? currency.field : [],
  )[0];

/** Under which kind the links of a field stand in `record_link`. */
const linkKind = (fieldId: string) => `custom/${fieldId}`;

/** Returns the definition with its texts in a language, as far as the company gave them. */
function inWords(definition: CustomFieldDefinition, language: string): CustomFieldDefinition {
  const { labels, helps, options, entityOverrides, ...settings } = definition.settings;
  const help = helps?.[language] ?? settings.help;
  return {
    ...definition,
    label: labels?.[language] ?? definition.label,
    settings: {
      ...settings,
      ...(help ? { help } : {}),
      ...(options
        ? { options: options.map(({ labels, ...o }) => ({ ...o, label: labels?.[language] ?? o.label })) }
        : {}),
      ...(entityOverrides
        ? {
            entityOverrides: Object.fromEntries(
              Object.entries(entityOverrides).map(([entity, { labels, ...differs }]) => {
                const label = labels?.[language] ?? differs.label;
                return [entity, { ...differs, ...(label ? { label } : {}) }];
              }),
            ),
          }
        : {}),
    },
  };
}

/** Leaves out rules over fields that can't be asked any more, such as those of a field that was deleted before. */
function dropBroken(fields: FieldDescriptor[]): void {
  const askable = new Set(fields.filter((f) => f.filterable).map(({ key }) => key));
  const isWhole = (condition: Condition | undefined) =>
    !condition || fieldsOf(condition).every((path) => path.length === 1 && askable.has(path[0]!));
  for (const f of fields) {
    if (!f.custom) continue;
    if (!isWhole(f.requiredIf)) delete f.requiredIf;
    if (!isWhole(f.visibleIf)) delete f.visibleIf;
    if (f.dependsOn && !askable.has(f.dependsOn)) delete f.dependsOn;
  }
}

/** What fields that a company added depend on, besides their definitions. */
export interface CustomFieldSurroundings {
  /** The company's: phone numbers without a country code are read as numbers of the country. */
  country?: string | undefined;
  /** Returns the source of an object's records; undefined for an object that the company doesn't have (any more). */
  sourceOf?(object: string): string | undefined;
}

/**
 * Adds the fields that the company defined to a description. A field that refers to an object which doesn't exist counts as
 * deleted.
 */
export function withCustomFields(
  descriptor: RecordDescriptor,
  definitions: readonly CustomFieldDefinition[],
  { country, sourceOf }: CustomFieldSurroundings = {},
): RecordDescriptor {
  if (!definitions.length) return descriptor;
  const currencyKey = currencyKeyIn(descriptor);
  const described = definitions.map((d) => {
    const { references } = d.settings;
    const referencesSource = references === undefined ? undefined : sourceOf?.(references);
    const isGone = d.isDeleted || (references !== undefined && sourceOf !== undefined && !referencesSource);
    const f: FieldDescriptor = {
      ...customField(d, country, currencyKey),
      ...(referencesSource ? { referencesSource } : {}),
    };
    return { f, isGone };
  });
  const present = [...descriptor.fields, ...described.flatMap(({ f, isGone }) => (isGone ? [] : [f]))];
  const broken = withoutSources(present, descriptor.lines);
  const fields = broken.size ? present.filter((f) => !broken.has(f.key)) : present;
  dropBroken(fields);
  return {
    ...descriptor,
    fields,
    byKey: new Map(fields.map((f) => [f.key, f])),
    former: new Map(
      described.flatMap(({ f, isGone }) => (isGone || broken.has(f.key) ? [[f.key, f] as const] : [])),
    ),
  };
}
