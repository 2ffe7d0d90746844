/** How definitions are stored, and how the API shows them. */
import { isDeepStrictEqual } from 'node:util';
import type { CustomObjectSettings } from '@pellucid/platform/access';
import type { FieldChange } from '@pellucid/platform/records';
import type { DefinitionRow, ObjectChangeWish, ObjectContent, ObjectSettings } from './definition.types.js';

const DAY_MS = 86_400_000;

/** For how many days a deleted object can be restored. */
export const RESTORABLE_DAYS = 30;

/** The field that names records unless the company says otherwise. */
export const NAME = 'name';

/** The template that is made of one field. */
const ONE_FIELD = /^\{([^{}]+)\}$/;

/** Returns the settings in the names of the API. Settings that the object doesn't have are missing. */
function settingsShown({ nameTemplate, ...same }: CustomObjectSettings): ObjectSettings {
  const one = nameTemplate === undefined ? NAME : ONE_FIELD.exec(nameTemplate)?.[1];
  return { ...same, ...(one === undefined ? { nameTemplate } : { nameField: one }) };
}

/** Returns the settings as they are stored. */
export function settingsStored({
  name: _,
  plural: __,
  label: ___,
  pluralLabel: ____,
  nameField,
  nameTemplate,
  ...settings
}: ObjectContent): CustomObjectSettings {
  const template = nameTemplate ?? (nameField && nameField !== NAME ? `{${nameField}}` : undefined);
  return Object.fromEntries(
    Object.entries({ ...settings, nameTemplate: template }).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  );
}

/** Returns what a stored object has. */
export function contentOf({ name, plural, label, pluralLabel, settings }: DefinitionRow): ObjectContent {
  return { name, plural, label, pluralLabel, ...settingsShown(settings) };
}

/** Returns the content after a change. A naming field replaces a template, and the other way round. */
export function changed(content: ObjectContent, wish: ObjectChangeWish): ObjectContent {
  const said = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
  return {
    ...content,
    ...(wish.nameField ? { nameTemplate: undefined } : {}),
    ...(wish.nameTemplate ? { nameField: undefined } : {}),
    ...said,
  };
}

/** Returns what differs, for the event about the change. */
export function differences(
  before: ObjectContent | undefined,
  after: ObjectContent | undefined,
): Record<string, FieldChange> {
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const said = (content: ObjectContent | undefined, key: string) =>
    content?.[key as keyof ObjectContent] ?? null;
  return Object.fromEntries(
    [...keys]
      .map((key) => [key, { before: said(before, key), after: said(after, key) }] as const)
      .filter(([, { before, after }]) => !isDeepStrictEqual(before, after)),
  );
}

/** Returns a definition as the API shows it. */
export function presented(row: DefinitionRow) {
  const { id, name, plural, label, pluralLabel, settings, version, createdAt, updatedAt, deletedAt } = row;
  return {
    id,
    name,
    plural,
    path: `/${plural}`,
    label,
    pluralLabel,
    ...settingsShown(settings),
    version,
    createdAt,
    updatedAt,
    ...(deletedAt
      ? {
          deletedAt,
          restorableUntil: new Date(Date.parse(deletedAt) + RESTORABLE_DAYS * DAY_MS).toISOString(),
        }
      : {}),
  };
}
