import type { CustomObjectSettings } from '@pellucid/platform/access';

/** An object's definition as it is stored. */
export interface DefinitionRow {
  id: string;
  name: string;
  plural: string;
  /** Which rows of `custom_record` are its records. */
  number: number;
  label: string;
  pluralLabel: string;
  settings: CustomObjectSettings;
  version: number;
  createdAt: string;
  updatedAt: string;
  /** When it was deleted; null if it wasn't. */
  deletedAt: string | null;
  /** When its records were removed for good; null if they weren't. */
  purgedAt: string | null;
}

type Settings = Omit<CustomObjectSettings, 'nameTemplate'>;

/** What can be said about an object, in the names of the API. Null and undefined mean that nothing is said. */
export type ObjectSettings = { [Key in keyof Settings]?: Settings[Key] | null | undefined } & {
  /** Key of the field that names records; `name` by default. */
  nameField?: string | null | undefined;
  /** What names are composed of, instead of one field. */
  nameTemplate?: string | null | undefined;
};

/** The content of a definition: what a request asks for, or what a stored object has. */
export interface ObjectContent extends ObjectSettings {
  name: string;
  plural: string;
  label: string;
  pluralLabel: string;
}

/** A change of a definition; what is missing stays, and null removes a setting. */
export type ObjectChangeWish = ObjectSettings & {
  plural?: string | undefined;
  label?: string | undefined;
  pluralLabel?: string | undefined;
};
