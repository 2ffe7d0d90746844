/** Runs the command of one step of `npm test`, and ends everything that it started. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { commandLine, processBegan, stopProcess } from './processes.mjs';
import { say } from './progress.mjs';
import { projectEnv, projectRoot } from './project.mjs';

/** Ends only a step that hangs. The longest step takes a fifth of this on two cores, so a slow machine passes. */
const STEP_TIMEOUT_MS = 45 * 60_000;
/** Environment variable that marks every process that a step starts, including those that leave its process group. */
const MARK = 'PELLUCID_TEST_STEP';
/** A product that gets the signal stops its servers in order. */
const END = [
  ['SIGTERM', 30_000],
  ['SIGKILL', 5_000],
];

/** Lines of a step's output that are kept. */
const KEPT_LINES = 200;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Marks of the running steps. */
const running = new Set();
let isInterrupted = false;

/** Ends all running steps, then this process. No other step begins. */
async function interrupt() {
  isInterrupted = true;
  await Promise.all([...running].map(endMarked));
  process.exit(130);
}

/**
 * @param {import('./test-run.mjs').TestStep} step
 * @param {boolean} live whether to show output as it comes, each line prefixed with the step's name
 * @returns {Promise<{code: number, lastLines: string[], cpuSeconds?: number}>} lastLines: the end of its output
 */
export function runCommand(step, live) {
  return new Promise((resolve) => {
    const mark = `${step.name}-${randomBytes(6).toString('hex')}`;
    const child = spawn(step.command, step.args, {
      cwd: step.cwd ?? projectRoot,
      env: projectEnv({ CI: 'true', FORCE_COLOR: '0', NO_COLOR: '1', [MARK]: mark, ...step.env }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a Ctrl-C reaches only this process, which then ends the step in order
    });
    const lastLines = [];
    const keep = (line) => {
      if (live) say(`${step.name} | ${line}`);
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', keep);

    if (running.size === 0) for (const signal of SIGNALS) process.once(signal, interrupt);
    running.add(mark);
    const timer = setTimeout(() => {
      keep(`ended after ${STEP_TIMEOUT_MS / 60_000} minutes`);
      void endMarked(mark);
    }, STEP_TIMEOUT_MS);
    const cpuBefore = childrenCpuSeconds();
    child.once('error', (error) => {
      keep(error.message);
      finish(1);
    });
    let cpuSeconds;
    child.once('exit', () => {
      cpuSeconds = since(cpuBefore);
    });
    child.once('close', (code) => finish(code ?? 1));
    const finish = async (code) => {
      clearTimeout(timer);
      // Resolving would let the caller begin the next step.
      if (isInterrupted) return;
      running.delete(mark);
      if (running.size === 0) for (const signal of SIGNALS) process.off(signal, interrupt);
      const left = await endMarked(mark);
      for (const command of left) say(`${step.name} left this running, and it was ended: ${command}`);
      resolve({ code, lastLines, cpuSeconds });
    };
  });
}

/**
 * Ends every living process that a step started. Finds none on systems other than Linux.
 * @param {string} mark
 * @returns {Promise<string[]>} their command lines
 */
async function endMarked(mark) {
  const records = marked(mark);
  const commands = records.map(({ pid }) => commandLine(pid).slice(0, 160));
  await Promise.all(records.map((record) => stopProcess(record, END)));
  return commands;
}

function marked(mark) {
  if (process.platform !== 'linux') return [];
  const found = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`${MARK}=${mark}`)) continue;
    } catch {
      continue; // gone, or owned by another account
    }
    const began = processBegan(Number(name));
    if (began) found.push({ pid: Number(name), began });
  }
  return found;
}

/** CPU seconds of all ended children and their children: proc(5), cutime and cstime in ticks of 10 ms. */
function childrenCpuSeconds() {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

let counted = 0;
/** CPU seconds of the child that just ended: the total so far minus what was counted for others. */
function since(before) {
  const now = childrenCpuSeconds();
  if (now === undefined || before === undefined) return undefined;
  const own = now - Math.max(before, counted);
  counted = now;
  return own;
}
