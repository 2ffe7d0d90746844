import type { FieldPermission, Permission, RoleRights } from '@pellucid/platform/access';

/** A role as it is stored. */
export interface RoleRow extends RoleRights {
  id: string;
  /** Of a built-in role: `companyAdmin`, `salesManager`, `salesRep`, `readOnly`. */
  key: string | null;
  name: string;
  description: string;
  builtIn: boolean;
  version: number;
  /** Living people who have it. */
  members: number;
  /** API keys that work by it, revoked ones left out. */
  apiKeys: number;
  updatedAt: string;
}

/** A role as it is shown. */
export interface Role extends RoleRow {
  /** Whether a built-in role differs from what the product gives every new company. */
  modified: boolean;
  /** False for Company Admin, which is as it is. */
  editable: boolean;
}

/** What somebody gives for a role; what is left out stays. */
export interface RoleInput {
  name?: string | undefined;
  description?: string | undefined;
  permissions?: Permission[] | undefined;
  system?: string[] | undefined;
  fields?: FieldPermission[] | undefined;
}
