/** What the person at the terminal sees: one line when a step begins, one when it is done. Plain text, also in logs. */

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`);
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
  process.stderr.write(`\n${error instanceof LaunchError ? error.message : (error?.stack ?? error)}\n`);
  process.exit(error instanceof LaunchError ? error.exitCode : 1);
}
