/**
 * Temporary folders of servers that live for one run. A run killed with SIGKILL can't clean up, so the next one does:
 * every folder names the process that created it and the server that uses it.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livingProcess, stopProcess, writePidFile } from './processes.mjs';

const PREFIX = 'pellucid-';
const OWNER_FILE = 'owner.json';
const SERVER_FILE = 'server.json';

/**
 * Creates a folder for one server, after deleting what dead runs left.
 * @param {string} kind part of the folder's name
 */
export async function makeThrowawayDirectory(kind) {
  await clearLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}${kind}-`));
  chmodSync(directory, 0o711); // Postgres and PgBouncer may run as another account, which must be able to enter
  writePidFile(join(directory, OWNER_FILE), process.pid);
  return directory;
}

/** Records which server uses the folder. */
export function noteServer(directory, pid) {
  writePidFile(join(directory, SERVER_FILE), pid);
}

async function clearLeftovers() {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(tmpdir(), name);
    let entries;
    try {
      entries = readdirSync(directory);
    } catch {
      continue; // not a folder, or owned by another account
    }
    if (!entries.includes(OWNER_FILE) || livingProcess(join(directory, OWNER_FILE))) continue;
    const server = livingProcess(join(directory, SERVER_FILE));
    if (server)
      await stopProcess(server, [
        ['SIGINT', 5_000],
        ['SIGKILL', 2_000],
      ]);
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // Another run removes it at the same moment, or the server's last process still writes. The next run looks again.
    }
  }
}
