import type { FieldPermission, Permission, RemovedRights, RoleRights } from '@pellucid/platform/access';

/** A role with the rights it has. */
export interface RoleRow extends RoleRights {
  id: string;
  /** Key of a built-in role: `companyAdmin`, `salesManager`, `salesRep`, `readOnly`. */
  key: string | null;
  name: string;
  description: string;
  builtIn: boolean;
  /** Whether the rights of a built-in role differ from the product's definition. */
  modified: boolean;
  /** What the company took out of a built-in role. Responses leave it out. */
  removed: RemovedRights;
  /** The product's rights of a built-in role; undefined for one that the company made. Responses leave them out. */
  product: RoleRights | undefined;
  version: number;
  /** Number of members who have it, excluding deleted ones. */
  members: number;
  /** Number of API keys that use it, excluding revoked ones. */
  apiKeys: number;
  updatedAt: string;
}

/** A role in responses. */
export interface Role extends Omit<RoleRow, 'removed' | 'product'> {
  /** False for Company Admin, which cannot be changed. */
  editable: boolean;
}

/** The values given for a role; what is left out stays as it is. */
export interface RoleInput {
  name?: string | undefined;
  description?: string | undefined;
  permissions?: Permission[] | undefined;
  system?: string[] | undefined;
  fields?: FieldPermission[] | undefined;
}
