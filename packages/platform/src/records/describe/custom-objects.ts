/** Objects that a company made: they are described like those of the product, and stored in one table. */
import { type CustomObjectDefinition, rightsOfCustomObject } from '../../access/index.js';
import { type FieldDescriptor, field, type RecordDescriptor, type RecordState } from './descriptor.js';
import { OBJECT_COLORS, OBJECT_ICONS } from './object-presentation.js';
import { defineRecord } from './shared-fields.js';

/** The table of the records of all custom objects, and the column that says of which object each is. */
export const CUSTOM_RECORDS = { table: 'custom_record', column: 'object_number' } as const;

/** Place of custom objects in the navigation: after those that people work with, before configuration. */
const ORDER = 500;

const isOneOf = <T extends string>(all: readonly T[], value: string | undefined): value is T =>
  value !== undefined && (all as readonly string[]).includes(value);

/** Describes an object from its definition, without the fields that the company added to it. */
export function customObject(definition: CustomObjectDefinition): RecordDescriptor {
  const { name, plural, number, label, pluralLabel, settings } = definition;
  const { labels, pluralLabels, nameLabel = 'Name', nameLabels, icon, color, operations } = settings;
  return defineRecord({
    key: name,
    plural,
    label,
    pluralLabel,
    texts: {
      de: {
        label: labels?.['de'] ?? label,
        pluralLabel: pluralLabels?.['de'] ?? pluralLabel,
        fields: { name: nameLabels?.['de'] ?? nameLabel },
      },
    },
    table: CUSTOM_RECORDS.table,
    isCustom: true,
    part: { column: CUSTOM_RECORDS.column, value: number },
    fields: [field.text('name', nameLabel, { required: true, searchable: true, defaultColumn: true })],
    operations: { create: true, update: true, delete: true, ...operations },
    roles: rightsOfCustomObject(settings),
    presentation: {
      order: ORDER + number,
      ...(isOneOf(OBJECT_ICONS, icon) ? { icon } : {}),
      ...(isOneOf(OBJECT_COLORS, color) ? { color } : {}),
    },
  });
}

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** Returns the keys of the fields that a template of names mentions, each once. */
export function fieldsOfTemplate(template: string): string[] {
  return [...new Set([...template.matchAll(PLACEHOLDER)].map(([, key]) => key!.trim()))];
}

/**
 * Composes the names of an object's records of its fields. The field `name` is then none of the object's: only histories
 * show it.
 */
export function withNameTemplate(
  descriptor: RecordDescriptor,
  template: string | undefined,
): RecordDescriptor {
  if (template === undefined) return descriptor;
  const name = descriptor.byKey.get('name')!;
  const fields = descriptor.fields.filter((f) => f !== name);
  const byKey = new Map(fields.map((f) => [f.key, f]));
  return {
    ...descriptor,
    fields,
    byKey,
    former: new Map([...descriptor.former, [name.key, name]]),
    nameFields: fieldsOfTemplate(template).filter((key) => byKey.has(key)),
    displayName: (state, names) => composed(template, byKey, state, names) || descriptor.label,
  };
}

/** Returns the text of a template. Parts without a value leave no gap. */
function composed(
  template: string,
  byKey: ReadonlyMap<string, FieldDescriptor>,
  state: RecordState,
  names: Record<string, string | undefined>,
): string {
  const text = template.replace(PLACEHOLDER, (_, key: string) => {
    const f = byKey.get(key.trim());
    return f ? shownText(f, state[f.key], names) : '';
  });
  return text
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:/|·–-]+|[\s,;:/|·–-]+$/g, '')
    .trim();
}

function shownText(f: FieldDescriptor, value: unknown, names: Record<string, string | undefined>): string {
  if (value === null || value === undefined) return '';
  if (f.references !== undefined) return names[f.key] ?? '';
  const textOf = (one: unknown) => f.options?.find((option) => option.value === one)?.label ?? String(one);
  return [value].flat().map(textOf).join(', ');
}
