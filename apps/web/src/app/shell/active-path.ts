/**
 * The navigation target that a page belongs to: its own path, else the nearest one above. A board below a list belongs
 * to the board only.
 */
export function activePath(pathname: string, targets: readonly string[]): string | undefined {
  const path = pathname.replace(/\/+$/, '') || '/';
  return targets
    .filter((to) => path === to || (to !== '/' && path.startsWith(`${to}/`)))
    .reduce<string | undefined>(
      (nearest, to) => (to.length > (nearest?.length ?? 0) ? to : nearest),
      undefined,
    );
}
