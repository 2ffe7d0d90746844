/**
 * Programs that npm doesn't provide: finds them, installs them with apt as root on Debian and Ubuntu, or names them.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program in each Debian package. */
const PROGRAMS = {
  'redis-server': 'redis-server',
  pgbouncer: 'pgbouncer',
  'clamav-daemon': 'clamd',
  'chromium-headless-shell': 'chromium-headless-shell',
};

/** @returns {string | null} the program's path; also searches the folders of daemons, which are not on every PATH */
export function findProgram(name, env = process.env) {
  for (const folder of [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin']) {
    try {
      const path = join(folder || '.', name);
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** Whether packages can be installed here without asking: as root, with apt. */
export function canInstallPackages() {
  return process.getuid?.() === 0 && findProgram('apt-get') !== null;
}

/** Whether this is Debian itself, not a derivative. */
export function isDebian() {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Installs packages with apt, without starting their daemons.
 * @param {string[]} names
 * @returns {boolean} whether apt reported success
 */
export function installPackages(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (args) =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  const install = ['install', '-y', '-q', '--no-install-recommends', ...names];
  return run(install) || (run(['update', '-q']) && run(install));
}

/**
 * @param {keyof typeof PROGRAMS} name of the Debian package
 * @throws when it is missing and can't be installed; the message names the package
 */
export function ensureSystemPackage(name) {
  if (findProgram(PROGRAMS[name])) return;
  if (canInstallPackages() && installPackages([name]) && findProgram(PROGRAMS[name])) return;
  throw new Error(`${PROGRAMS[name]} is required but not installed. Install the package "${name}".`);
}
