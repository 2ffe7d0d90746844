/**
 * Finds what a change touches, for `npm test -- --changed`: a run of a few minutes for daily work. The full run
 * decides.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project.mjs';

/**
 * @typedef {object} Touched
 * @property {string} since the commit compared with
 * @property {boolean} scripts whether the tests of scripts run
 * @property {boolean} web whether the web app changed
 * @property {string[] | null} specs browser tests to run, null for all
 */

/** Changes to these paths affect the launcher, the generator or the checks. */
const SCRIPTS = /^(scripts\/|prisma\/|package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|tsconfig)/;
/** Browser tests that every feature needs: first use, and accessibility of all kinds of pages. */
const ALWAYS = ['e2e/first-day.spec.ts', 'e2e/accessibility.spec.ts'];

/**
 * Compares the working tree with a commit.
 * @param {string} commit '' means HEAD if there are uncommitted changes, else the commit before it
 * @returns {Promise<Touched>}
 */
export async function whatChanged(commit) {
  const git = (...args) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' });
  const uncommitted = git('status', '--porcelain').trim() !== '';
  const since = commit || (uncommitted ? 'HEAD' : 'HEAD~1');
  const files = [
    ...git('diff', '--name-only', since).split('\n'),
    ...git('ls-files', '--others', '--exclude-standard').split('\n'),
  ].filter(Boolean);
  return touchedBy(files, since);
}

/**
 * Vitest finds its tests through imports. A feature of the web app runs the browser tests named after it, if there are
 * any. Any other change of the web app runs all browser tests. Changes to the API run only the API's tests.
 * @param {string[]} files changed, relative to the root
 * @param {string} since
 * @returns {Touched}
 */
export function touchedBy(files, since) {
  const web = files.filter((file) => /^(apps\/web|packages\/ui|packages\/api-client)\//.test(file));
  const specs = new Set();
  let all = false;
  for (const file of web) {
    const own = /^apps\/web\/(e2e\/[\w-]+\.spec\.ts)$/.exec(file)?.[1];
    const feature = /^apps\/web\/src\/features\/([\w-]+)\//.exec(file)?.[1];
    const named = own ?? (feature && `e2e/${feature}.spec.ts`);
    if (named && existsSync(join(projectRoot, 'apps/web', named))) specs.add(named);
    else if (!/\.test\.tsx?$/.test(file)) all = true;
  }
  if (specs.size > 0) for (const spec of ALWAYS) specs.add(spec);
  return {
    since,
    scripts: files.some((file) => SCRIPTS.test(file)),
    web: web.length > 0,
    specs: all ? null : [...specs].sort(),
  };
}
