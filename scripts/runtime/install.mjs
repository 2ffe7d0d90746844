/** Installs packages if they don't match the lockfile. Runs under the host's Node, without packages. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './locks.mjs';
import { LaunchError, step } from './progress.mjs';
import { pinnedNode, projectRoot } from './project.mjs';

const PNPM = 'pnpm@12.21.0';

const stampFile = join(projectRoot, 'node_modules/.pellucid-install');

/** Installs if needed. Takes a few milliseconds if not. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock(join(projectRoot, 'node_modules/.pellucid-install.lock'), async () => {
    if (isInstalled()) return;
    await step('Installing packages', runPnpm);
    writeFileSync(stampFile, fingerprint());
  });
}

function isInstalled() {
  if (!existsSync(pinnedNode) || !existsSync(stampFile)) return false;
  return readFileSync(stampFile, 'utf8') === fingerprint();
}

/** A hash that changes whenever pnpm might have something to install. */
function fingerprint() {
  const hash = createHash('sha256');
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'];
  for (const group of ['apps', 'packages']) {
    for (const name of readdirSync(join(projectRoot, group)).sort())
      files.push(join(group, name, 'package.json'));
  }
  for (const file of files) {
    const path = join(projectRoot, file);
    hash.update(file).update(existsSync(path) ? readFileSync(path) : '');
  }
  // Binaries are platform-specific, so a folder copied to another machine is installed again.
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

function runPnpm() {
  return new Promise((resolve, reject) => {
    // Without CI, pnpm may ask before it replaces node_modules, and nobody may be there to answer.
    const child = spawn('npx', ['-y', PNPM, 'install', '--frozen-lockfile'], {
      cwd: projectRoot,
      env: { ...process.env, CI: 'true', npm_config_update_notifier: 'false' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', (error) => reject(new LaunchError(`npx could not be started: ${error.message}`)));
    child.once('exit', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new LaunchError('The packages could not be installed. See the lines above.'));
    });
  });
}
