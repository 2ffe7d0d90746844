/** What the user sees in the terminal: one line when a step begins, one when it is done. Plain text, in logs too. */
import { appendFileSync } from 'node:fs';

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Whether nobody reads the output any more: the pipe is closed (`npm start | head`) or the terminal is gone. */
let isUnread = false;
/** @type {string | null} */
let logFile = null;
// Without these, a write to a closed pipe (EPIPE) or lost terminal (EIO) would end the launcher and leave its children
// with nobody to stop them.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    isUnread = true;
  });
}

/** Also writes all output to a file, in case nobody reads the terminal. @param {string} file */
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
      // The data folder is gone too, so there is nowhere left to report it.
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

/** A failure that the user can fix. Its message is shown without a stack. */
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

/** Exits with the failure's message. Shows the stack only for errors that aren't ours. */
export function endWith(error) {
  write(process.stderr, `\n${error instanceof LaunchError ? error.message : (error?.stack ?? error)}\n`);
  process.exit(error instanceof LaunchError ? error.exitCode : 1);
}
