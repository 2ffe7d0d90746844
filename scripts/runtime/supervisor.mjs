/** Keeps one child process alive: starts it, writes its pid file, and restarts it with growing pauses when it dies. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { LaunchError, say } from './progress.mjs';
import { pinnedNode, projectRoot } from './project.mjs';
import { processBegan, removePidFile, stopProcess, writePidFile } from './processes.mjs';

/** Exit code of an application whose configuration can't work (sysexits EX_CONFIG). Restarting won't help. */
const EXIT_CONFIG = 78;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A child that lived this long restarts after the shortest pause. */
const STABLE_AFTER_MS = 60_000;
/** Until the product has been ready once, this many deaths in a row abort the start. */
const DEATHS_BEFORE_READY = 3;
const LARGEST_LOG_BYTES = 50_000_000;

const STOP_STEPS = /** @type {Array<[NodeJS.Signals, number]>} */ ([
  ['SIGTERM', 15_000],
  ['SIGKILL', 2_000],
]);

/**
 * @typedef {object} Supervised
 * @property {(env: NodeJS.ProcessEnv) => void} start
 * @property {(env: NodeJS.ProcessEnv) => Promise<void>} restart on purpose, for new code or other URLs
 * @property {() => Promise<void>} stop
 * @property {() => void} settle from then on deaths never end the launcher
 */

/**
 * Flags that limit the heap. V8 lets it grow with the machine's memory before collecting: 600 MB for 80 MB of live
 * data. The worker's batches live longer than a request, and are copied again and again if new objects have little room. Setting
 * `--max-old-space-size` in NODE_OPTIONS replaces the limits.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 */
function heapFlags(env, name) {
  if (env['NODE_OPTIONS']?.includes('--max-old-space-size')) return [];
  return ['--max-old-space-size=320', `--max-semi-space-size=${name === 'worker' ? 32 : 16}`];
}

/**
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.script path in the project
 * @param {string} options.pidFile
 * @param {string} options.logFile
 * @param {boolean} [options.echo] also print its output
 * @param {(error: LaunchError) => void} options.onGiveUp
 * @returns {Supervised}
 */
export function supervise({ name, script, pidFile, logFile, echo = false, onGiveUp }) {
  /** @type {{child: import('node:child_process').ChildProcess, began: string | null, exited: Promise<void>} | null} */
  let running = null;
  let wanted = false;
  let settled = false;
  let deaths = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let pause;

  const start = (env) => {
    wanted = true;
    if (existsSync(logFile) && statSync(logFile).size > LARGEST_LOG_BYTES)
      renameSync(logFile, `${logFile}.1`);
    const log = openSync(logFile, 'a', 0o600);
    const logStart = statSync(logFile).size;
    const since = Date.now();
    // Its own session: Ctrl-C in the terminal must reach only the launcher, which stops things in order.
    const child = spawn(pinnedNode, ['--enable-source-maps', ...heapFlags(env, name), script], {
      cwd: projectRoot,
      env,
      detached: true,
      stdio: echo ? ['ignore', 'inherit', 'inherit'] : ['ignore', log, log],
    });
    closeSync(log);
    if (child.pid) writePidFile(pidFile, child.pid);
    const exited = new Promise((done) => {
      const end = (code, signal) => {
        running = null;
        removePidFile(pidFile);
        done(undefined);
        if (wanted) died({ code, signal, lived: Date.now() - since, logStart, env });
      };
      child.once('error', () => end(null, null));
      child.once('exit', end);
    });
    running = { child, began: child.pid ? processBegan(child.pid) : null, exited };
  };

  const died = ({ code, signal, lived, logStart, env }) => {
    deaths = lived > STABLE_AFTER_MS ? 1 : deaths + 1;
    const why = code === null ? `was ended by ${signal}` : `ended with code ${code}`;
    if (code === EXIT_CONFIG || (!settled && deaths >= DEATHS_BEFORE_READY)) {
      wanted = false;
      const words = echo ? '' : lastWords(logFile, logStart);
      onGiveUp(
        new LaunchError(`The ${name} process ${why}.\n${words}`, code === EXIT_CONFIG ? EXIT_CONFIG : 1),
      );
      return;
    }
    const milliseconds = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 1));
    say(`  ! The ${name} process ${why}. Restarting it in ${milliseconds / 1000} s (log: ${logFile})`);
    pause = setTimeout(() => start(env), milliseconds);
  };

  const stop = async () => {
    wanted = false;
    clearTimeout(pause);
    if (!running) return;
    const { child, began, exited } = running;
    if (child.pid && began) await stopProcess({ pid: child.pid, began }, STOP_STEPS);
    await exited;
  };

  const restart = async (env) => {
    await stop();
    deaths = 0;
    start(env);
  };

  return { start, stop, restart, settle: () => (settled = true) };
}

/** The end of its output, with the messages extracted from JSON lines. */
function lastWords(logFile, from) {
  const lines = readFileSync(logFile).subarray(from).toString('utf8').trim().split('\n').slice(-20);
  return lines
    .map((line) => {
      try {
        const entry = JSON.parse(line);
        return entry.err?.message ?? entry.msg ?? line;
      } catch {
        return line;
      }
    })
    .join('\n');
}
