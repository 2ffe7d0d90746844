/**
 * Child processes that can be found again. After `kill -9` of the launcher its children live on; the next start must
 * stop exactly these. A pid alone isn't enough, since the system reuses pids. So a pid file also stores when the
 * process began; both together are unique until the next boot.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {{pid: number, began: string}} ProcessRecord */

/**
 * When a living process began, as an opaque text; null if there is no such process (or only its zombie).
 * @param {number} pid
 * @returns {string | null}
 */
export function processBegan(pid) {
  if (process.platform === 'linux') {
    try {
      // proc(5): the command may contain spaces and brackets. After its last ')' follow state (3rd) … starttime (22nd).
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return null;
      return `${bootId()}:${fields[19]}`;
    } catch {
      return null;
    }
  }
  try {
    const state = execFileSync('ps', ['-p', String(pid), '-o', 'stat=,lstart='], { encoding: 'utf8' }).trim();
    return state === '' || state.startsWith('Z') ? null : state.split(/\s+/).slice(1).join(' ');
  } catch {
    return null;
  }
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'boot';
  }
}

/**
 * The command line of a process, its arguments joined by spaces; '' if there is no such process.
 * @param {number} pid
 */
export function commandLine(pid) {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    }
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/**
 * Living processes whose current directory is the folder. Empty on systems other than Linux.
 * @param {string} directory absolute
 * @returns {ProcessRecord[]}
 */
export function processesIn(directory) {
  if (process.platform !== 'linux') return [];
  const found = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) !== directory) continue;
    } catch {
      continue; // gone, or owned by another account
    }
    const began = processBegan(pid);
    if (began) found.push({ pid, began });
  }
  return found;
}

/**
 * @param {number} pid
 * @returns {number} 0 when it is not known
 */
export function parentOf(pid) {
  try {
    if (process.platform !== 'linux') {
      return Number(execFileSync('ps', ['-p', String(pid), '-o', 'ppid='], { encoding: 'utf8' }));
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/**
 * Writes the whole file at once. Another process that read half of it would take the process for dead.
 * @param {string} file
 * @param {number} pid
 */
export function writePidFile(file, pid) {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify({ pid, began: processBegan(pid) })}\n`);
  renameSync(partial, file);
}

/** @param {string} file */
export function removePidFile(file) {
  rmSync(file, { force: true });
}

/**
 * The process that a pid file names, if that same process still lives.
 * @param {string} file
 * @returns {ProcessRecord | null}
 */
export function livingProcess(file) {
  let record;
  try {
    record = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // no file, or one truncated by a crash
  }
  if (!Number.isInteger(record?.pid) || !record.began) return null;
  return processBegan(record.pid) === record.began ? record : null;
}

/**
 * Stops a process step by step and waits until it is gone.
 * @param {ProcessRecord} record
 * @param {Array<[NodeJS.Signals, number]>} steps signals, each with the milliseconds to wait
 * @returns {Promise<boolean>} whether it is gone
 */
export async function stopProcess(record, steps) {
  const alive = () => processBegan(record.pid) === record.began;
  for (const [signal, milliseconds] of steps) {
    if (!alive()) return true;
    try {
      process.kill(record.pid, signal);
    } catch {
      // gone between the check and the signal; the loop notices
    }
    const deadline = Date.now() + milliseconds;
    while (alive() && Date.now() < deadline) await delay(20);
  }
  return !alive();
}
