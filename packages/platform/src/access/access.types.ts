import type { Condition } from '@pellucid/conditions';

/** How far a permission reaches, narrow to wide. `own`: records one owns; `team`: those of one's team and of teams one manages; `teamAndBelow`: and of all teams beneath them; `legalEntity`: records of one's legal entities. */
export const SCOPES = ['none', 'own', 'team', 'teamAndBelow', 'legalEntity', 'all'] as const;

/** Who may see which rows. */
export type Scope = (typeof SCOPES)[number];

/** Actions that every object has. Everything else an object can do is a verb of its own. */
export const OBJECT_ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'assign',
  'import',
  'bulk',
  'reveal',
] as const;

/** What one may do with a field, least first. `mask`: a masked form is shown; `view`: in clear; `edit`: and changed. */
export const FIELD_LEVELS = ['hidden', 'mask', 'view', 'edit'] as const;

/** What one may do with a field. */
export type FieldLevel = (typeof FIELD_LEVELS)[number];

/** object × action × scope; `*` stands for every object or action. */
export interface Permission {
  object: string;
  action: string;
  scope: Scope;
  /** Only records that it holds for: before the change on reads and changes, after it on creates and changes. Own fields only. */
  condition?: Condition;
  /** For `create`: values of fields that are not given. */
  preset?: Record<string, unknown>;
}

/** What a role says of one field; `field: '*'` of all it does not name. */
export interface FieldPermission {
  object: string;
  field: string;
  access: FieldLevel;
}

/** A role as stored. */
export interface RoleDefinition {
  id: string;
  key: string | null;
  name: string;
  permissions: Permission[];
  system: string[];
  fields: FieldPermission[];
}

/** What a role gives, whatever it is called. */
export type RoleRights = Pick<RoleDefinition, 'permissions' | 'system' | 'fields'>;

/** What a member of the tenant is, as far as rights go. */
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

/** A key by which a program works in the tenant. Times are milliseconds since 1970. */
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
  /** Addresses or CIDR blocks; empty means any. */
  allowedAddresses: string[];
  ratePerMinute: number | null;
}

/** How values of personal fields are shown to those who may not see them in clear, or kept at rest. */
export const MASKING_STRATEGIES = ['partial', 'redact', 'hash', 'tokenize', 'encrypt'] as const;

/** How a field is masked. */
export type MaskingStrategy = (typeof MASKING_STRATEGIES)[number];

/** The tenant's own rule for a field. */
export interface MaskingRule {
  object: string;
  field: string;
  strategy: MaskingStrategy;
  /** Class the tenant puts the field into; null leaves the description's. */
  pii: 'public' | 'internal' | 'personal' | 'sensitive' | 'secret' | null;
}

/** Whether the stored values of a field are sealed, or on the way there or back: then both forms stand in the table. */
export type EncryptionState = 'encrypting' | 'encrypted' | 'decrypting';

/** How the values of a field are kept. */
export interface FieldEncryption {
  state: EncryptionState;
  /** Keys that rows may be encrypted with. */
  keyIds: string[];
  /** When it was put into this direction, in milliseconds since 1970. */
  since: number;
}

/** Settings without which dates and sums mean nothing. */
export interface TenantSettings {
  zone: string;
  locale: string;
  baseCurrency: string;
  weekStart: number;
  fiscalYearStartMonth: number;
  featureFlags: Record<string, boolean>;
  quotas: Record<string, number>;
  /** Whether members must have a second factor. */
  requireSecondFactor: boolean;
}

/** Everything about a tenant that decisions need and that seldom changes. Valid for one access version. */
export interface TenantSnapshot {
  tenantId: string;
  version: string;
  name: string;
  subdomain: string;
  status: string;
  settings: TenantSettings;
  roles: Map<string, RoleDefinition>;
  /** Members with a log-in. */
  members: Map<string, MemberAccess>;
  /** Ids of the living members of each team, with and without a log-in, by team id. */
  teamMembers: Map<string, string[]>;
  teams: Map<string, TeamAccess>;
  apiKeys: Map<string, ApiKeyAccess>;
  /** The tenant's masking rules by `object.field`. */
  masking: Map<string, MaskingRule>;
  /** Fields with sealed values by `object.field`. */
  encryption: Map<string, FieldEncryption>;
  /** Sessions ended before their access token does. */
  revokedSessions: Set<string>;
  /** The tenant's own select options by `object.field`. */
  options: Map<string, { value: string; label: string }[]>;
}

/** Who acts, as far as rights go: a member, an API key, or a role one looks through. */
export interface Subject {
  kind: 'member' | 'apiKey' | 'role' | 'system';
  id: string | null;
  name: string;
  /** Whose records count as own; null for keys and roles. */
  memberId: string | null;
  teamId: string | null;
  legalEntityIds: string[];
  roles: RoleDefinition[];
}
