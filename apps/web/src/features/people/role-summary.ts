import type { Role } from '@/lib/roles';

/** How much a role may do with an object: everything, work with records, or only view them. */
export type Reach = 'all' | 'work' | 'read';

/**
 * A short summary of what a role may do with an object. Out: undefined if it may do nothing. `*` in a permission means
 * every object or action.
 */
export function reachOf(
  role: { permissions: Pick<Role['permissions'][number], 'object' | 'action'>[] },
  object: string,
): Reach | undefined {
  const own = role.permissions.filter(
    (permission) => permission.object === object || permission.object === '*',
  );
  const may = (action: string) =>
    own.some((permission) => permission.action === action || permission.action === '*');
  if (own.some(({ action }) => action === '*')) return 'all';
  if (may('create') || may('update')) return 'work';
  return may('read') ? 'read' : undefined;
}

/** Whether the rights include a company-wide right, such as "manageUsers". */
export function maySystem(system: string[], right: string): boolean {
  return system.includes('*') || system.includes(right);
}
