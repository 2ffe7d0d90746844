/** The files of the project as git sees them: tracked, and new ones that it would not ignore. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** @returns {string[]} paths relative to the root, sorted; files that are deleted but still tracked are left out */
export function projectFiles(root) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const list = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return [...new Set(list.split('\0').filter(Boolean))].filter((path) => existsSync(join(root, path))).sort();
}
