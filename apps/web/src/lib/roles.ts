import { listRoles, type Role } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { i18n } from './i18n/i18n';
import './transport';

export type { Role };

/** Every role of the company, built-in ones first. All queries about roles have keys below `roles`. */
export const rolesQuery = queryOptions({
  queryKey: ['roles', 'all'],
  queryFn: async ({ signal }): Promise<Role[]> => (await listRoles({ signal })).data,
  staleTime: 60_000,
});

/** The product's original names of the built-in roles. */
const BUILT_IN_NAMES: Record<string, string> = {
  companyAdmin: 'Company Admin',
  salesManager: 'Sales Manager',
  salesRep: 'Sales Rep',
  readOnly: 'Read Only',
};
const BUILT_IN_TEXTS: Record<string, string> = {
  companyAdmin: 'Full access to everything in this company.',
  salesManager: 'Works with all sales records, runs imports and manages products.',
  salesRep: 'Views all sales records, changes only their own.',
  readOnly: 'Views everything, changes nothing.',
};

/** A role's name. For a built-in role, in the user's language, unless the company has renamed it. */
export function roleName({ key, name }: Pick<Role, 'key' | 'name'>): string {
  return key && BUILT_IN_NAMES[key] === name ? i18n.t(`app:roles.names.${key}`) : name;
}

/** A role's description, chosen in the same way. */
export function roleText({ key, description }: Pick<Role, 'key' | 'description'>): string {
  return key && BUILT_IN_TEXTS[key] === description ? i18n.t(`app:roles.texts.${key}`) : description;
}
