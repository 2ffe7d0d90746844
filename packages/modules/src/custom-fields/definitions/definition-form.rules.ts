/** How definitions are stored, and how the API shows them. */
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import type { CustomFieldSettings } from '@pellucid/platform/access';
import type { FieldChange } from '@pellucid/platform/records';
import { isDeepStrictEqual } from 'node:util';
import { computedShown } from '../computed/computed-wishes.rules.js';
import type { DefinitionRow, FieldChangeWish, FieldContent, FieldSettings } from './definition.types.js';

/** Settings whose stored name differs from that in the API. */
const STORED_NAMES = { unique: 'isUnique', indexed: 'isIndexed' } as const;

const DAY_MS = 86_400_000;

/** For how many days a deleted field can be restored. */
export const RESTORABLE_DAYS = 30;

/** When the values of a field are removed that was deleted at a time (ISO 8601). */
export const removalOf = (deletedAt: string) =>
  new Date(Date.parse(deletedAt) + RESTORABLE_DAYS * DAY_MS).toISOString();

/** Returns what the API calls a field's settings. Settings that the field doesn't have are missing. */
export function settingsShown(settings: CustomFieldSettings): FieldSettings {
  const { isUnique, isIndexed, ...same } = settings;
  return {
    ...same,
    ...(isUnique === undefined ? {} : { unique: isUnique }),
    ...(isIndexed === undefined ? {} : { indexed: isIndexed }),
  };
}

/** Returns the settings as they are stored. */
export function settingsStored({
  object: _,
  name: __,
  type: ___,
  label: ____,
  ...settings
}: FieldContent): CustomFieldSettings {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [STORED_NAMES[key as keyof typeof STORED_NAMES] ?? key, value]),
  );
}

/** Returns what a stored field has. */
export function contentOf({ object, name, type, label, settings }: DefinitionRow): FieldContent {
  return { object, name, type, label, ...settingsShown(settings) };
}

/** Returns the content after a change. */
export function changed(content: FieldContent, wish: FieldChangeWish): FieldContent {
  const said = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
  return { ...content, ...said };
}

/** Returns what differs, for the event about the change. */
export function differences(
  before: FieldContent | undefined,
  after: FieldContent | undefined,
): Record<string, FieldChange> {
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const said = (content: FieldContent | undefined, key: string) =>
    content?.[key as keyof FieldContent] ?? null;
  return Object.fromEntries(
    [...keys]
      .map((key) => [key, { before: said(before, key), after: said(after, key) }] as const)
      .filter(([, { before, after }]) => !isDeepStrictEqual(before, after)),
  );
}

/** Returns a definition as the API shows it. */
export function presented(row: DefinitionRow) {
  const { id, object, name, label, type, settings, position, version, createdAt, updatedAt, deletedAt } = row;
  const { computed, ...shown } = settingsShown(settings);
  const isIndexed = settings.isIndexed || settings.isUnique || settings.references !== undefined;
  return {
    id,
    object,
    name,
    key: CUSTOM_PREFIX + name,
    type,
    label,
    ...shown,
    ...(computed ? computedShown(computed, type) : {}),
    ...(isIndexed ? { indexState: row.isIndexing ? ('building' as const) : ('complete' as const) } : {}),
    ...(row.conversion ? { convertingTo: row.conversion.type } : {}),
    position,
    version,
    createdAt,
    updatedAt,
    ...(deletedAt ? { deletedAt, restorableUntil: removalOf(deletedAt) } : {}),
  };
}
