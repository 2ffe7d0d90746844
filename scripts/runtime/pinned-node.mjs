/** Reruns a script under the Node version that the project pins, whatever Node started it. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, parentOf, processBegan } from './processes.mjs';
import { pinnedNode, projectEnv, projectRoot } from './project.mjs';

/**
 * @param {string} script absolute path
 * @param {string[]} args
 * @returns {boolean} false if this process already runs the pinned Node and must do the work itself
 */
export function handOverToPinnedNode(script, args) {
  const { devDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  if (process.versions.node === devDependencies.node) return false;
  // The channel tells each side when the other is gone, even after SIGKILL.
  const child = spawn(pinnedNode, [script, ...args], {
    env: projectEnv(),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // Ctrl-C in a terminal reaches the child too; a signal sent only to this process would not.
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // The child may exit between the check and the call. Its exit is what we wait for anyway.
    process.on(signal, () => child.connected && child.send('stop', () => {}));
  }
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code) => process.exit(code ?? 1));
  return true;
}

/** How often the launcher checks that npm still lives. */
const STARTER_CHECK_MS = 1_000;

/**
 * Calls `stop` on Ctrl-C, on SIGTERM or SIGHUP, and when the process that started this one is gone, because then nobody
 * can stop it with Ctrl-C.
 * @param {(reason: string) => void} stop
 */
export function onStopRequest(stop) {
  const starter = starterOfThisProcess();
  if (starter) {
    setInterval(() => {
      if (processBegan(starter.pid) !== starter.began) stop('the starting process is gone');
    }, STARTER_CHECK_MS).unref();
  }
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => stop(signal));
  }
  if (!process.channel) return;
  process.on('message', (message) => message === 'stop' && stop('request'));
  process.on('disconnect', () => stop('the starting process is gone'));
  process.channel.unref(); // the channel alone must not keep this process alive
}

/**
 * The process whose exit means that this launcher was abandoned: npm, else the Node that handed over to this one. A
 * shell doesn't count: it may exit and leave background jobs on purpose.
 * @returns {{pid: number, began: string | null} | null}
 */
export function starterOfThisProcess() {
  const record = (pid) => ({ pid, began: processBegan(pid) });
  for (let pid = process.ppid, depth = 0; pid > 1 && depth < 4; pid = parentOf(pid), depth += 1) {
    if (/(^|[\s/])(npm|pnpm|yarn)(-cli\.js|\.cjs|\.js)?(\s|$)/.test(commandLine(pid))) return record(pid);
  }
  return process.channel ? record(process.ppid) : null;
}
