/**
 * Builds what changed since the last build, judged by content. A checkout that changes only timestamps builds nothing.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { compilePackage } from './compile.mjs';
import { withLock } from './locks.mjs';
import { LaunchError, step } from './progress.mjs';
import { binDirectory, projectEnv, projectRoot } from './project.mjs';

/** Source and output folder of each package that runs on the server. */
export const SERVER_PACKAGES = [
  ...['packages/conditions', 'packages/platform', 'packages/modules', 'apps/api', 'apps/worker'].map(
    (folder) => ({
      source: join(projectRoot, folder, 'src'),
      output: join(projectRoot, folder, 'dist'),
    }),
  ),
  { source: join(projectRoot, 'prisma/seed'), output: join(projectRoot, 'prisma/dist/seed') },
];

const WEB = join(projectRoot, 'apps/web');
const WEB_SOURCES = ['apps/web', 'packages/ui', 'packages/api-client', 'packages/conditions'];

/** What earlier versions generated among the sources. Left in a checkout, it would be compiled and checked. */
const LEFTOVERS = ['packages/platform/src/db/prisma-client'];

const stampDirectory = join(projectRoot, 'node_modules/.cache/pellucid-build');
const NOT_SOURCE = new Set(['node_modules', 'dist', 'test-results', 'playwright-report', 'e2e']);

/** Builds server and web app in parallel, each only if its sources changed. */
export async function ensureBuilt({ force = false, web = true } = {}) {
  await withLock(join(stampDirectory, 'lock'), async () => {
    const builds = [buildServer(force)];
    if (web && existsSync(join(WEB, 'vite.config.ts'))) builds.push(buildWeb(force));
    const failed = (await Promise.allSettled(builds)).find((build) => build.status === 'rejected');
    if (failed) throw failed.reason;
  });
}

async function buildServer(force) {
  removeLeftovers();
  const stamp = fingerprint([
    ...SERVER_PACKAGES.map((unit) => unit.source),
    join(projectRoot, 'scripts/runtime/compile.mjs'),
  ]);
  const outputs = SERVER_PACKAGES.filter((unit) => existsSync(unit.source)).map((unit) => unit.output);
  if (!force && isFresh('server', stamp, outputs)) return;
  await step('Compiling the server', () => Promise.all(SERVER_PACKAGES.map(compilePackage)));
  writeStamp('server', stamp);
}

/** Deletes generated sources of earlier versions. */
export function removeLeftovers() {
  for (const folder of LEFTOVERS) rmSync(join(projectRoot, folder), { recursive: true, force: true });
}

async function buildWeb(force) {
  const stamp = fingerprint([
    ...WEB_SOURCES.map((folder) => join(projectRoot, folder)),
    join(projectRoot, 'pnpm-lock.yaml'),
  ]);
  if (!force && isFresh('web', stamp, [join(WEB, 'dist/index.html')])) return;
  await step('Building the web app', () => run(programOf(WEB, 'vite'), ['build', '--logLevel', 'warn'], WEB));
  writeStamp('web', stamp);
}

/** Path of a program installed in a workspace package, else in the root. */
export function programOf(folder, name) {
  const own = join(folder, 'node_modules/.bin', name);
  return existsSync(own) ? own : join(binDirectory, name);
}

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const env = projectEnv({ NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: '0' });
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new LaunchError(`The build failed:\n${stripVTControlCharacters(said).trim()}`));
    });
  });
}

function isFresh(name, stamp, outputs) {
  const file = join(stampDirectory, name);
  return (
    existsSync(file) && readFileSync(file, 'utf8') === stamp && outputs.every((output) => existsSync(output))
  );
}

function writeStamp(name, stamp) {
  mkdirSync(stampDirectory, { recursive: true });
  writeFileSync(join(stampDirectory, name), stamp);
}

/** Deletes all stamps, so that the next build builds everything. */
export function forgetBuilds() {
  rmSync(stampDirectory, { recursive: true, force: true });
}

/** A hash of the names and contents of all source files in the given files and folders. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) if (existsSync(path)) addToHash(hash, path);
  return hash.digest('hex');
}

function addToHash(hash, path) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code !== 'ENOTDIR') throw error;
    hash.update(path.slice(projectRoot.length)).update('\0').update(readFileSync(path)).update('\0');
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!NOT_SOURCE.has(entry.name)) addToHash(hash, join(path, entry.name));
  }
}
