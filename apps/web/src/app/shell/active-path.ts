/**
 * Of several navigation targets the one a page belongs to: itself, else the nearest above it. A board below a list is the
 * board's, not the list's as well.
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
