/** CPU time of processes, read from /proc: the cost of a request, independent of other load on the machine. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second; 100 on every Linux on which Node runs. */
const TICKS = 100;

/** Returns utime + stime, including children that have ended, in milliseconds. @param {number} pid */
function cpuMs(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (
      ((Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) * 1000) / TICKS
    );
  } catch {
    return 0;
  }
}

/** Returns the living children of a process. @param {number} pid */
function childrenOf(pid) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Returns the CPU milliseconds used so far by a process and its living children. @param {number} pid */
export function treeCpuMs(pid) {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuMs(each), 0);
}

/** Returns the CPU milliseconds used so far by one process. @param {number} pid */
export const processCpuMs = cpuMs;

/** CPU milliseconds in a second that worker and database use together while there is nothing to do but to look for work. */
const IDLE_MS = 100;
/** Seconds after which a part begins although there is still something to do. */
const PATIENCE = 180;

/** Waits until the worker has caught up with what was written, so that the next measurement is of its own work only. */
export async function untilIdle({ workerPid, postgresPid }) {
  const used = () => cpuMs(workerPid) + treeCpuMs(postgresPid);
  for (let second = 0, before = used(); second < PATIENCE; second++) {
    await new Promise((wait) => setTimeout(wait, 1_000));
    const now = used();
    if (now - before < IDLE_MS) return;
    before = now;
  }
}

/** Returns the resident memory of a process in MB. @param {number} pid */
export function rssMb(pid) {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(match?.[1] ?? 0) / 1024);
}

/**
 * Finds the process with all of the words in its command line and the variables in its environment.
 * @param {string[]} words
 * @param {Record<string, string>} variables
 */
export function findProcess(words, variables) {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      if (
        words.every((word) => line.includes(word)) &&
        Object.entries(variables).every(([k, v]) => environment.includes(`${k}=${v}`))
      )
        return Number(name);
    } catch {
      // it has ended meanwhile, or belongs to somebody else
    }
  }
  throw new Error(`no process with ${words.join(' ')}`);
}
