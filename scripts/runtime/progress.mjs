/** What the person at the terminal sees: one line when a step begins, one when it is done. Plain text, also in logs. */
import { appendFileSync } from 'node:fs';

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Whether nobody reads the output any more: the pipe is closed (`npm start | head`) or the terminal is gone. */
let isUnread = false;
/** @type {string | null} */
let logFile = null;
// Without these a write into a closed pipe (EPIPE) or a lost terminal (EIO) would end the launcher, and leave what it
// started with nobody to stop it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    isUnread = true;
  });
}

/** Where the launcher writes as well: nobody may be reading its output. @param {string} file */
export function writeAlsoTo(file) {
  logFile = file;
}

/** @param {string} text */
export function say(text) {
  write(process.stdout, `${text}\n`);
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} text
 */
function write(stream, text) {
  if (!isUnread) stream.write(text);
  if (logFile) {
    try {
      appendFileSync(logFile, `${new Date().toISOString()} ${text.trim()}\n`, { mode: 0o600 });
    } catch {
      // The data folder is gone too: there is nowhere left to say it.
    }
  }
}

/**
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const since = performance.now();
  say(`  · ${title} …`);
  try {
    const result = await work();
    say(`  ✓ ${title} (${seconds(since)})`);
    return result;
  } catch (error) {
    say(`  ✗ ${title} (${seconds(since)})`);
    throw error;
  }
}

/** A failure the person can mend: its message is shown without a stack. */
export class LaunchError extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Ends with the failure's message; the stack only where it is not one of ours. */
export function endWith(error) {
  write(process.stderr, `\n${error instanceof LaunchError ? error.message : (error?.stack ?? error)}\n`);
  process.exit(error instanceof LaunchError ? error.exitCode : 1);
}
