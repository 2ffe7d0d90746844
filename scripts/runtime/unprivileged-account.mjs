/**
 * Postgres refuses to run as root. If root starts the product, Postgres runs as an unprivileged account. This file
 * chooses that account and says what it can reach.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** @typedef {{name: string, uid: number, gid: number}} Account */

/** Linux capability numbers, capabilities(7). */
const CAPABILITIES = { dac_override: 1, dac_read_search: 2 };

/**
 * `postgres` if it exists, else a new system account `pellucid`, else `nobody`.
 * @returns {Account | null} null if this process isn't root and needs no other account
 */
export function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return null;
  const existing = account('postgres') ?? account('pellucid');
  if (existing) return existing;
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'pellucid']);
  const usable = account('pellucid') ?? account('nobody');
  if (!usable) throw new Error('Postgres cannot run as root, and no account "postgres" or "nobody" exists.');
  return usable;
}

/** @returns {Account | null} */
function account(name) {
  try {
    const id = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }).trim());
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/**
 * Whether the account may enter every folder above `path`, judged by mode bits without access lists.
 * @param {string} path
 * @param {Account} user
 */
export function canReach(path, user) {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!mayExecute(folder, user)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Whether the account can reach and run the program. */
export function canRun(program, user) {
  return canReach(program, user) && mayExecute(program, user);
}

/** For a folder: whether the account may enter it. */
function mayExecute(path, user) {
  const { mode, uid, gid } = statSync(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0;
}

/**
 * Wraps `command` so that it runs as the account.
 *
 * If a folder above the data is closed to others (0700, like /root), the process also gets the one capability that lets
 * it enter folders, but no other right of root. The data stays where its owner wants it.
 * @param {Account} user
 * @param {string} command
 * @param {string[]} args
 * @param {{passFolders: boolean}} options
 * @returns {{command: string, args: string[]}}
 */
export function asAccount(user, command, args, { passFolders }) {
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  if (!passFolders) return { command: 'setpriv', args: [...identity, '--', command, ...args] };
  const capability = folderCapability();
  if (!capability) {
    throw new Error(
      `The account "${user.name}", as which Postgres runs when root starts Pellucid, can't access the data folder: ` +
        'a folder above it is closed to others. Set PELLUCID_DATA_DIR to a folder it can reach, such as ' +
        '/var/lib/pellucid, or allow access with chmod o+x.',
    );
  }
  const grant = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`];
  return { command: 'setpriv', args: [...identity, ...grant, '--', command, ...args] };
}

/** The narrowest capability of this process that lets a process enter folders. */
function folderCapability() {
  const held = /^CapPrm:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const holds = (number) => (BigInt(`0x${held}`) & (1n << BigInt(number))) !== 0n;
  return ['dac_read_search', 'dac_override'].find((name) => holds(CAPABILITIES[name])) ?? null;
}
