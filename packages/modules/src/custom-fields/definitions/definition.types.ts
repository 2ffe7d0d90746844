import type { Condition, FieldType } from '@pellucid/conditions';
import type { CustomFieldOverride, CustomFieldSettings, CustomOption } from '@pellucid/platform/access';

/** A field's definition as it is stored. */
export interface DefinitionRow {
  id: string;
  object: string;
  name: string;
  label: string;
  type: FieldType;
  /** Key of its values in the JSON of a record. */
  slot: number;
  settings: CustomFieldSettings;
  position: number;
  version: number;
  createdAt: string;
  updatedAt: string;
  /** When it was deleted; null if it wasn't. */
  deletedAt: string | null;
  /** Whether copies of its values are still being made. */
  isIndexing: boolean;
  /** The type and slot that its values are being converted to, and the bulk job that does it; null if they aren't. */
  conversion: { type: FieldType; slot: number; job: string } | null;
  /** Whether its values were removed, so that it can't be restored. */
  isPurged: boolean;
}

/** What can be said about a field, in the names of the API. Null and undefined mean that nothing is said. */
export interface FieldSettings {
  labels?: Record<string, string> | null | undefined;
  help?: string | null | undefined;
  helps?: Record<string, string> | null | undefined;
  section?: string | null | undefined;
  required?: boolean | null | undefined;
  requiredIf?: Condition | null | undefined;
  visibleIf?: Condition | null | undefined;
  default?: unknown;
  unique?: boolean | null | undefined;
  /** Set by the product: see `CustomFieldSettings`. */
  uniqueRefused?: true | null | undefined;
  indexed?: boolean | null | undefined;
  searchable?: boolean | null | undefined;
  defaultColumn?: boolean | null | undefined;
  audited?: boolean | null | undefined;
  pii?: CustomFieldSettings['pii'] | undefined;
  options?: CustomOption[] | null | undefined;
  dependsOn?: string | null | undefined;
  entityOverrides?: Record<string, CustomFieldOverride> | null | undefined;
  references?: string | null | undefined;
  linksTo?: string[] | null | undefined;
  pattern?: string | null | undefined;
  maxLength?: number | null | undefined;
  scale?: number | null | undefined;
  min?: number | null | undefined;
  max?: number | null | undefined;
  currency?: string | null | undefined;
  /** How the product works its values out. */
  computed?: CustomFieldSettings['computed'] | undefined;
}

/** The content of a definition: what a request asks for, or what a stored field has. */
export interface FieldContent extends FieldSettings {
  object: string;
  name: string;
  type: FieldType;
  label: string;
}

/** A change of a definition; what is missing stays, and null removes a setting. */
export type FieldChangeWish = Omit<FieldSettings, 'computed' | 'uniqueRefused'> & {
  label?: string | undefined;
};

/** A new type, with what is said about its values. */
export type TypeWish = Pick<FieldContent, 'type'> &
  Pick<
    FieldSettings,
    'options' | 'dependsOn' | 'default' | 'maxLength' | 'pattern' | 'scale' | 'min' | 'max' | 'currency'
  >;
