import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of the test's own, to be killed. */
export interface TestProcess {
  pid: number;
  /** Everything it printed, by line; standard error too. */
  lines: string[];
  /** Resolves with the first line, past or future, that matches. @throws when the process ends before */
  line(pattern: RegExp): Promise<string>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to end and waits. @returns the exit code */
  stop(): Promise<number | null>;
  /** Resolves with the exit code, null when it was killed. */
  exited: Promise<number | null>;
}

const HOOKS = fileURLToPath(new URL('./typescript-hooks.mjs', import.meta.url));

/**
 * Runs a TypeScript file, e.g. a fixture beside the test, in a Node process of its own.
 * @param file a path or `new URL('./fixtures/x.ts', import.meta.url)`
 * @param options.imports further preloads
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
  // A test that fails before it ends its process must not leave it working on the next ones' data.
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
 * Waits for something that another process brings about, asking again every 20 ms.
 * @param ask answers undefined, null or false while it is not so
 * @param timeoutMs long enough for a machine that has other work to do; only what will never be so runs into it
 * @throws when it is not so after the time
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
