/** The project's files as git sees them: tracked files, and new ones that aren't ignored. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** @returns {string[]} sorted paths relative to the root, without files that are deleted but still tracked */
export function projectFiles(root) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const list = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return [...new Set(list.split('\0').filter(Boolean))].filter((path) => existsSync(join(root, path))).sort();
}
