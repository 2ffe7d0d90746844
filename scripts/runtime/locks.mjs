/** A lock between processes: a pid file created exclusively, void once its process is gone. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  const own = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(own, content);
  try {
    for (;;) {
      // A link appears with its whole content. A file that is created and then written could be read in between, and
      // would look like one truncated by a crash.
      if (link(own, file)) return { release: () => rmSync(file, { force: true }) };
      const found = read(file);
      if (found === null) continue; // released meanwhile
      const holder = parse(found);
      if (holder && processBegan(holder.pid) === holder.began) return { holder };
      removeVoid(file, found);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** @returns {boolean} whether the link was created; false when there is one already */
function link(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Longer than a removal takes. Only a crash in the middle of one leaves its mark for that long. */
const REMOVAL_MS = 10_000;

/**
 * Removes the lock of a process that is gone. One process at a time removes: two that found the same one would remove
 * the next holder's.
 */
function removeVoid(file, found) {
  const mark = `${file}.removal`;
  try {
    writeFileSync(mark, '', { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const since = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > REMOVAL_MS) rmSync(mark, { force: true });
    return; // the caller looks again
  }
  try {
    if (read(file) === found) rmSync(file, { force: true });
  } finally {
    rmSync(mark, { force: true });
  }
}

/** @returns {string | null} null if there is no such file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return null;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // truncated by a crash
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
