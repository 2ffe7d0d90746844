import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A separate process that a test may kill. */
export interface TestProcess {
  pid: number;
  /** Lines of its output so far, including standard error. */
  lines: string[];
  /** Resolves with the first line, past or future, that matches. @throws when the process ends first */
  line(pattern: RegExp): Promise<string>;
  /** Kills it with `kill -9` and waits until it has ended. */
  kill(): Promise<void>;
  /** Asks it to end and waits. @returns the exit code */
  stop(): Promise<number | null>;
  /** Resolves with the exit code, or null if it was killed. */
  exited: Promise<number | null>;
}

const HOOKS = fileURLToPath(new URL('./typescript-hooks.mjs', import.meta.url));

/**
 * Runs a TypeScript file, e.g. a fixture beside the test, in a separate Node process.
 * @param file a path or `new URL('./fixtures/x.ts', import.meta.url)`
 * @param options.imports additional preloads
 */
export function typescriptProcess(
  file: string | URL,
  options: { env?: Record<string, string>; args?: string[]; imports?: string[] } = {},
): TestProcess {
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  const imports = [HOOKS, ...(options.imports ?? [])].flatMap((preload) => ['--import', preload]);
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(
    process.execPath,
    ['--conditions=pellucid:source', ...imports, path, ...(options.args ?? [])],
    { env: { ...inherited, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  // If a test fails before it ends its process, the process must not keep working on the data of later tests.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let hasExited = false;
  const notify = () => {
    for (const check of waiting) check();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      notify();
    });
  }
  const exited = new Promise<number | null>((done) => {
    child.once('close', (code) => {
      hasExited = true;
      done(code);
      notify();
    });
  });
  return {
    pid: child.pid!,
    lines,
    exited,
    line: (pattern) =>
      new Promise((done, failed) => {
        const check = () => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined && !hasExited) return;
          waiting.delete(check);
          if (found === undefined) failed(new Error(`ended without ${pattern}:\n${lines.join('\n')}`));
          else done(found);
        };
        waiting.add(check);
        check();
      }),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/**
 * Waits for something that another process brings about, checking every 20 ms.
 * @param ask returns undefined, null or false until it is so
 * @param timeoutMs long enough for a busy machine; only a condition that never comes true reaches it
 * @throws Error when the condition is not met in time
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined | null | false>,
  timeoutMs = 300_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`not so after ${timeoutMs} ms: ${ask}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}
