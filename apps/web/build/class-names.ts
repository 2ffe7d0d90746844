import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The name of a class of a CSS module in the build: "row" of a sheet becomes "_row_x1y2". All classes of a sheet end
 * alike, which compresses better than Vite's own names with their line numbers, and is the same on every machine.
 */
export function classNameOf(name: string, file: string): string {
  const sheet = relative(root, file.replace(/\?.*$/, '')).replaceAll('\\', '/');
  return `_${name}_${createHash('sha256').update(sheet).digest('base64url').slice(0, 4)}`;
}
