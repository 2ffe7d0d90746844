import { mayUse } from '@/lib/session/permissions';

/** In: system permissions. Out: whether they allow questions about other people. */
export function mayAskAboutOthers(permissions: string[]): boolean {
  return mayUse(permissions, 'manageUsers') || mayUse(permissions, 'manageRoles');
}
