import { listRoles, type Role } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { i18n } from './i18n/i18n';
import './transport';

export type { Role };

/** Every role of the company, the built-in ones first. Everything about roles is kept below `roles`. */
export const rolesQuery = queryOptions({
  queryKey: ['roles', 'all'],
  queryFn: async ({ signal }): Promise<Role[]> => (await listRoles({ signal })).data,
  staleTime: 60_000,
});

/** What the product calls the roles every company begins with. */
const BUILT_IN_NAMES: Record<string, string> = {
  companyAdmin: 'Company Admin',
  salesManager: 'Sales Manager',
  salesRep: 'Sales Rep',
  readOnly: 'Read Only',
};
const BUILT_IN_TEXTS: Record<string, string> = {
  companyAdmin: 'May do everything in this company.',
  salesManager: 'Works with all sales records, imports and manages products.',
  salesRep: 'Sees all sales records, works with their own.',
  readOnly: 'Sees everything, changes nothing.',
};

/** What a role is called: a built-in one in the person's language, unless the company has renamed it. */
export function roleName({ key, name }: Pick<Role, 'key' | 'name'>): string {
  return key && BUILT_IN_NAMES[key] === name ? i18n.t(`app:roles.names.${key}`) : name;
}

/** What a role is for, in the same way. */
export function roleText({ key, description }: Pick<Role, 'key' | 'description'>): string {
  return key && BUILT_IN_TEXTS[key] === description ? i18n.t(`app:roles.texts.${key}`) : description;
}
