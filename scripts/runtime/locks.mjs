/** A lock between processes: a pid file created exclusively, void once its process is gone. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processBegan } from './processes.mjs';

/**
 * Takes the lock or returns its holder.
 * @param {string} file
 * @param {object} [details] stored with pid and start time, for others who find the lock
 * @returns {{release: () => void} | {holder: {pid: number, began: string} & Record<string, any>}}
 */
export function takeLock(file, details = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const content = `${JSON.stringify({ pid: process.pid, began: processBegan(process.pid), ...details })}\n`;
  for (;;) {
    try {
      writeFileSync(file, content, { flag: 'wx' });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder && processBegan(holder.pid) === holder.began) return { holder };
    rmSync(file, { force: true });
  }
}

function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // truncated by a crash, or released meanwhile
  }
}

/**
 * Runs `work` while holding the lock. Others with the same lock wait.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  let lock = takeLock(file);
  while ('holder' in lock) {
    await delay(100);
    lock = takeLock(file);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
