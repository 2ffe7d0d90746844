import type { Role } from '@/lib/roles';

/** How far a role goes with an object: everything, working with records, or looking. */
export type Reach = 'all' | 'work' | 'read';

/**
 * What a role may do, by object and in short. Out: undefined for an object it does not reach at all.
 * `*` in a permission stands for every object or action.
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

/** Whether somebody has a right over the company as a whole, "manageUsers". */
export function maySystem(system: string[], right: string): boolean {
  return system.includes('*') || system.includes(right);
}
