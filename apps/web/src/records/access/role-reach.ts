/** What of a role tells whether it reaches every record. */
export interface RoleReach {
  id: string;
  permissions: { object: string; action: string; scope: string; condition?: unknown }[];
}

/** Whether one of the roles gives the action on all records of the object, whatever they hold. */
export function reachesEvery(roles: RoleReach[], object: string, action: string): boolean {
  return roles.some(({ permissions }) =>
    permissions.some(
      (permission) =>
        (permission.object === '*' || permission.object === object) &&
        (permission.action === '*' || permission.action === action) &&
        permission.scope === 'all' &&
        permission.condition === undefined,
    ),
  );
}
