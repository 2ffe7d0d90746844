/** Whether somebody with these system permissions may use what needs one; what needs none is everybody's. */
export function mayUse(permissions: string[], needed: string | undefined): boolean {
  return needed === undefined || permissions.includes('*') || permissions.includes(needed);
}
