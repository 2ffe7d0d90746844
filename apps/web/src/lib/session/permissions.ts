/** Whether these system permissions include the needed one. True if none is needed. */
export function mayUse(permissions: string[], needed: string | undefined): boolean {
  return needed === undefined || permissions.includes('*') || permissions.includes(needed);
}
