import { mayUse } from '@/lib/session/permissions';

/** In: system permissions. Out: whether one may ask about others. */
export function mayAskAboutOthers(permissions: string[]): boolean {
  return mayUse(permissions, 'manageUsers') || mayUse(permissions, 'manageRoles');
}
