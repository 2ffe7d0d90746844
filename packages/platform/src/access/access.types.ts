import type { Condition, FieldType } from '@pellucid/conditions';
import type { AssignmentSettings } from './assignment-rules.js';
import type { ComputedSettings } from './computed-settings.js';
import type { DuplicateRule } from './duplicate-rules.js';
import type { ObjectDefinitions } from './tenant-definitions.js';

/**
 * How far a permission reaches, from narrow to wide. `own`: the person's own records; `team`: also those of their teams
 * and of the teams they manage; `teamAndBelow`: also those of all teams beneath these; `legalEntity`: records of their
 * legal entities.
 */
export const SCOPES = ['none', 'own', 'team', 'teamAndBelow', 'legalEntity', 'all'] as const;

/** Which records a permission covers. */
export type Scope = (typeof SCOPES)[number];

/** Actions that every object has. An object's other actions are its verbs. */
export const OBJECT_ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'assign',
  'import',
  'bulk',
  'export',
  'reveal',
] as const;

/**
 * Access to a field, from least to most. `mask`: shown masked; `view`: shown unmasked; `edit`: shown unmasked and
 * editable.
 */
export const FIELD_LEVELS = ['hidden', 'mask', 'view', 'edit'] as const;

/** Access to a field. */
export type FieldLevel = (typeof FIELD_LEVELS)[number];

/** A permission: object × action × scope. `*` means every object or every action. */
export interface Permission {
  object: string;
  action: string;
  scope: Scope;
  /**
   * Limits the permission to records that match: before the change for reads and updates, after it for creates and
   * updates. Only the record's own fields.
   */
  condition?: Condition;
  /** For `create`: values of fields that the request leaves out. */
  preset?: Record<string, unknown>;
}

/** A role's access to one field; `field: '*'` covers all fields that the role does not name. */
export interface FieldPermission {
  object: string;
  field: string;
  access: FieldLevel;
}

/** A role with the rights it has. */
export interface RoleDefinition {
  id: string;
  key: string | null;
  name: string;
  permissions: Permission[];
  system: string[];
  fields: FieldPermission[];
}

/** The rights that a role grants, without its name. */
export type RoleRights = Pick<RoleDefinition, 'permissions' | 'system' | 'fields'>;

/** A member of the tenant with everything that rights depend on. */
export interface MemberAccess {
  id: string;
  identityId: string | null;
  name: string;
  email: string | null;
  status: string;
  teamId: string | null;
  roleIds: string[];
  /** Legal entities the person works for. */
  legalEntityIds: string[];
}

/** A team's place in the tree. */
export interface TeamAccess {
  id: string;
  name: string;
  parentId: string | null;
  managerId: string | null;
}

/** An API key of the tenant. Times are in milliseconds since 1970. */
export interface ApiKeyAccess {
  id: string;
  name: string;
  roleId: string;
  /** SHA-256 of the secret, hex. */
  secretHash: string;
  previousHash: string | null;
  previousUntil: number | null;
  expiresAt: number | null;
  revokedAt: number | null;
  /** Addresses or CIDR blocks that may use the key; empty means any. */
  allowedAddresses: string[];
  ratePerMinute: number | null;
}

/** How the values of a personal field are shown to people who may not see them unmasked, or how they are stored. */
export const MASKING_STRATEGIES = ['partial', 'redact', 'hash', 'tokenize', 'encrypt'] as const;

/** How a field is masked. */
export type MaskingStrategy = (typeof MASKING_STRATEGIES)[number];

/** A masking rule that the tenant has set for a field. */
export interface MaskingRule {
  object: string;
  field: string;
  strategy: MaskingStrategy;
  /** Class that the tenant assigns to the field; null keeps the class from the object's description. */
  pii: 'public' | 'internal' | 'personal' | 'sensitive' | 'secret' | null;
}

/** State of a field's encryption. While `encrypting` or `decrypting`, the table holds both sealed and plain values. */
export type EncryptionState = 'encrypting' | 'encrypted' | 'decrypting';

/** How a field's values are encrypted. */
export interface FieldEncryption {
  state: EncryptionState;
  /** Ids of the keys that rows may be encrypted with. */
  keyIds: string[];
  /** When this state began, in milliseconds since 1970. */
  since: number;
}

/** One choice of a select field that a company added. */
export interface CustomOption {
  value: string;
  label: string;
  /** Labels in other languages, by language tag. */
  labels?: Record<string, string>;
  /** Records keep it, but no record is given it any more. */
  retired?: boolean;
  /** Values of the field that it depends on with which it can be chosen. */
  for?: string[];
}

/** What differs for records of one legal entity. */
export interface CustomFieldOverride {
  label?: string;
  /** Labels in other languages, by language tag. */
  labels?: Record<string, string>;
  required?: boolean;
  /** Values of the options that can be chosen. */
  options?: string[];
  /** Whether forms leave the field out. */
  hidden?: boolean;
}

/** What a company says about a field that it added, besides label and type. */
export interface CustomFieldSettings {
  /** Labels and help in other languages than the company's own, by language tag. */
  labels?: Record<string, string>;
  helps?: Record<string, string>;
  /** Set for fields whose values the product works out. The field's type is that of the value. */
  computed?: ComputedSettings;
  required?: boolean;
  /** Conditions on the record's own fields: when it must have a value, and when forms show it. */
  requiredIf?: Condition;
  visibleIf?: Condition;
  /** Key of the choice that decides which options can be chosen. */
  dependsOn?: string;
  /** What differs for records of a legal entity, by its id. */
  entityOverrides?: Record<string, CustomFieldOverride>;
  /** A regular expression in RE2's syntax that texts match. */
  pattern?: string;
  /** What a new record has if nothing is given, in API form. */
  default?: unknown;
  isUnique?: boolean;
  /** Whether it was to be unique, and several records got the same value before every process knew. */
  uniqueRefused?: true;
  /** Whether lists may start from an index of its values. References and unique fields always have one. */
  isIndexed?: boolean;
  options?: CustomOption[];
  /** Key of the object that a reference points at. */
  references?: string;
  /** Keys of the objects that links lead to. */
  linksTo?: string[];
  maxLength?: number;
  /** Decimals of a number. */
  scale?: number;
  min?: number;
  max?: number;
  /** ISO 4217 code of an amount; `record` if each record says its currency. */
  currency?: string;
  pii?: MaskingRule['pii'];
  audited?: boolean;
  searchable?: boolean;
  help?: string;
  section?: string;
  defaultColumn?: boolean;
}

/** A field that a company added to an object. */
export interface CustomFieldDefinition {
  id: string;
  object: string;
  /** Name in `custom`; never changes, and is never given to another field of the object. */
  name: string;
  label: string;
  type: FieldType;
  /** Key of its values in the JSON of a record; never given to another field of the object. */
  slot: number;
  settings: CustomFieldSettings;
  /** Deleted definitions are kept, so that histories can still be read. */
  isDeleted: boolean;
  /** Whether copies of its values are still being made, so that lists can't start from them yet. */
  isIndexing?: boolean;
  /** Whether its values are being converted to another type, so that nobody can change them. */
  isConverting?: boolean;
}

/** Who works with the records of a custom object, besides administrators: what {@link BuiltInRights} the sales roles get. */
export const SALES_ACCESS = ['data', 'catalog', 'configuration', 'none'] as const;

/** What a company says about an object that it made, besides its names. */
export interface CustomObjectSettings {
  /** Labels in other languages, by language. */
  labels?: Record<string, string>;
  pluralLabels?: Record<string, string>;
  icon?: string;
  color?: string;
  /** Label of the field `name`. */
  nameLabel?: string;
  nameLabels?: Record<string, string>;
  /** What names of records are composed of, such as `{custom.make} {custom.model}`; without it, people enter names. */
  nameTemplate?: string;
  /** Which operations its records offer; all by default. */
  operations?: { create?: boolean; update?: boolean; delete?: boolean };
  salesAccess?: (typeof SALES_ACCESS)[number];
  stages?: StageRules;
}

/** Rules of the stages that a select field names. */
export interface StageRules {
  /** Key of the select field. */
  field: string;
  /** Stages that records may move on to, by stage. Records may leave a stage that is missing for any other. */
  moves?: Record<string, string[]>;
  /** Keys of fields that must have a value in a stage, by stage. */
  requires?: Record<string, string[]>;
}

/** An object that a company made. */
export interface CustomObjectDefinition {
  id: string;
  /** Its key; never changes, and is never given to another object. */
  name: string;
  /** Name in paths. */
  plural: string;
  /** Which rows of `custom_record` are its records; never given to another object. */
  number: number;
  label: string;
  pluralLabel: string;
  settings: CustomObjectSettings;
  /** Definitions of deleted objects are kept, so that histories can still be read. */
  isDeleted: boolean;
}

/** Settings that dates and amounts depend on. */
export interface TenantSettings {
  zone: string;
  locale: string;
  baseCurrency: string;
  weekStart: number;
  fiscalYearStartMonth: number;
  /** Days without an activity after which an open deal is at risk. */
  inactiveAfterDays: number;
  /** Whether people see how far others are with their goals. */
  goalLeaderboard: boolean;
  featureFlags: Record<string, boolean>;
  quotas: Record<string, number>;
  /** Whether members must have a second factor. */
  requireSecondFactor: boolean;
}

/**
 * Everything that access decisions need to know about a tenant and that seldom changes. Valid for one access version.
 */
export interface TenantSnapshot {
  tenantId: string;
  version: string;
  /** The change of the base currency that is being carried out: amounts of some records are still in the earlier one. */
  recalculating?: { from: string; to: string } | undefined;
  name: string;
  subdomain: string;
  status: string;
  settings: TenantSettings;
  roles: Map<string, RoleDefinition>;
  /** Members with a log-in. */
  members: Map<string, MemberAccess>;
  /** Ids of the members of each team, by team id. Includes members without a log-in, excludes deleted ones. */
  teamMembers: Map<string, string[]>;
  teams: Map<string, TeamAccess>;
  apiKeys: Map<string, ApiKeyAccess>;
  /** The tenant's masking rules by `object.field`. */
  masking: Map<string, MaskingRule>;
  /** The currencies of legal entities that don't bill in the base currency, by the entity's id. Excludes deleted ones. */
  entityCurrencies: ReadonlyMap<string, string>;
  /** Ids of sessions that were revoked before their access token expires. */
  revokedSessions: Set<string>;
  /**
   * What the tenant defined, by object: its own objects, fields and options, encrypted fields. Objects without any are
   * missing.
   */
  definitions: ReadonlyMap<string, ObjectDefinitions>;
  /** Active rules about duplicates. */
  duplicateRules: readonly DuplicateRule[];
  assignment: AssignmentSettings;
}

/** Whose rights apply: a member's, an API key's, or those of a role that somebody views as. */
export interface Subject {
  kind: 'member' | 'apiKey' | 'role' | 'system';
  id: string | null;
  name: string;
  /** The member whose records count as own; null for keys and roles. */
  memberId: string | null;
  teamId: string | null;
  legalEntityIds: string[];
  roles: RoleDefinition[];
}
