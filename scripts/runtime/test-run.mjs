/** The steps of `npm test`, their order, and the sum of their results. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateClient, programOf } from './build.mjs';
import { say } from './progress.mjs';
import { pinnedNode, projectEnv, projectRoot } from './project.mjs';
import { canInstallPackages, findProgram, installPackages, isDebian } from './system-packages.mjs';

const STEP_TIMEOUT_MS = 20 * 60_000;
const WEB = join(projectRoot, 'apps/web');
const SYSTEM_PACKAGES = { 'redis-server': 'redis-server', pgbouncer: 'pgbouncer', chromium: 'chromium' };

/**
 * @typedef {object} TestStep
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} [cwd]
 * @property {Record<string, string>} [env]
 * @property {() => {passed: number, failed: number} | null} [count] reads the runner's report; null when there is none
 *
 * @typedef {{name: string, ok: boolean, seconds: number, passed: number, failed: number}} StepResult
 */

/**
 * @param {{only: string[] | null}} options
 * @returns {Promise<number>} the exit code
 */
export async function runAllTests({ only }) {
  const reports = mkdtempSync(join(tmpdir(), 'pellucid-reports-'));
  const wanted = (step) => !only || only.includes(step.name);
  /** @type {StepResult[]} */
  const results = [];
  try {
    results.push(
      await inProcess('packages', installSystemPackages),
      await inProcess('client', () => generateClient()),
    );
    // The quick checks share the cores and show their output only when they fail.
    const checks = checkSteps().filter(wanted);
    results.push(...(await runInPairs(checks)));
    for (const step of testSteps(reports).filter(wanted)) results.push(await runStep(step, { live: true }));
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
  return summarise(results);
}

/** @returns {TestStep[]} */
function checkSteps() {
  const node = (name, script, ...args) => ({
    name,
    command: pinnedNode,
    args: [join('scripts', script), ...args],
  });
  const tool = (name, program, ...args) => ({ name, command: programOf(projectRoot, program), args });
  const steps = [
    tool('lint', 'biome', 'check', '--diagnostic-level=error', '.'),
    tool('types', 'tsc', '--noEmit', '-p', 'tsconfig.json'),
  ];
  if (existsSync(join(WEB, 'tsconfig.json'))) {
    steps.push({
      ...tool('types-web', 'tsc', '--noEmit', '-p', 'tsconfig.json'),
      command: programOf(WEB, 'tsc'),
      cwd: WEB,
    });
  }
  if (existsSync(join(projectRoot, 'scripts/generate.mjs')))
    steps.push(node('lists', 'generate.mjs', '--check'));
  steps.push(node('build', 'build.mjs'));
  // Boundaries, drift, docs: whatever calls itself a check is run, so that none can be forgotten.
  for (const file of readdirSync(join(projectRoot, 'scripts')).sort()) {
    const name = /^check-(.+)\.mjs$/.exec(file)?.[1];
    if (name) steps.push(node(name, file));
  }
  return steps;
}

/** @returns {TestStep[]} */
function testSteps(reports) {
  const steps = [vitestStep(reports), ...scriptTestSteps(reports)];
  if (existsSync(join(WEB, 'playwright.config.ts'))) steps.push(playwrightStep(reports));
  if (existsSync(join(WEB, 'scripts/check-bundle.mjs'))) {
    steps.push({ name: 'web-bundle', command: pinnedNode, args: ['scripts/check-bundle.mjs'], cwd: WEB });
  }
  return steps;
}

function vitestStep(reports) {
  const report = join(reports, 'vitest.json');
  return {
    name: 'vitest',
    command: programOf(projectRoot, 'vitest'),
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    count: () => {
      const json = readJson(report);
      if (!json) return null;
      // A file that cannot even be loaded has no tests to fail, and fails all the same.
      const broken = json.testResults.filter(
        (file) => file.status === 'failed' && file.assertionResults.length === 0,
      );
      return { passed: json.numPassedTests, failed: json.numFailedTests + broken.length };
    },
  };
}

/** The launcher's and the generator's own tests, by node:test. */
function scriptTestSteps(reports) {
  const files = readdirSync(join(projectRoot, 'scripts'), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.test.mjs'))
    .sort();
  if (files.length === 0) return [];
  const report = join(reports, 'scripts.tap');
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${report}`],
  ];
  const args = [
    '--test',
    '--test-concurrency=1',
    ...reporters,
    ...files.map((file) => join('scripts', file)),
  ];
  const count = () => {
    const tap = existsSync(report) ? readFileSync(report, 'utf8') : '';
    const number = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(tap)?.[1] ?? Number.NaN);
    const failed = number('fail') + number('cancelled');
    return Number.isNaN(failed) ? null : { passed: number('pass'), failed };
  };
  return [{ name: 'scripts', command: pinnedNode, args, count }];
}

function playwrightStep(reports) {
  const report = join(reports, 'playwright.json');
  const chromium = findProgram('chromium');
  return {
    name: 'browser',
    command: programOf(WEB, 'playwright'),
    args: ['test', '--reporter=list,json'],
    cwd: WEB,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, ...(chromium ? { PELLUCID_CHROMIUM: chromium } : {}) },
    count: () => {
      const json = readJson(report);
      if (!json) return null;
      // "flaky" passed on a second try: that is a failure we do not look away from.
      return {
        passed: json.stats.expected,
        failed: json.stats.unexpected + json.stats.flaky + json.errors.length,
      };
    },
  };
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/**
 * What npm does not carry. As root, apt brings it (Chromium on Debian only: Ubuntu's package is a snap); else Chromium
 * comes from Playwright, and the suites that need the others ask for them by name.
 */
async function installSystemPackages() {
  const missing = Object.keys(SYSTEM_PACKAGES).filter((name) => !findProgram(SYSTEM_PACKAGES[name]));
  const byApt = canInstallPackages() ? missing.filter((name) => name !== 'chromium' || isDebian()) : [];
  if (byApt.length > 0) {
    say(`  installing ${byApt.join(', ')}`);
    if (!installPackages(byApt)) throw new Error(`apt-get could not install ${byApt.join(', ')}`);
  }
  if (!missing.includes('chromium') || byApt.includes('chromium')) return;
  const args = ['install', ...(canInstallPackages() ? ['--with-deps'] : []), 'chromium'];
  const step = { name: 'chromium', command: programOf(projectRoot, 'playwright'), args };
  if (!(await runStep(step, { live: true })).ok) throw new Error('Playwright could not install Chromium.');
}

/** @returns {Promise<StepResult>} */
async function inProcess(name, work) {
  const since = performance.now();
  try {
    await work();
    return { name, ok: true, seconds: secondsSince(since), passed: 0, failed: 0 };
  } catch (error) {
    say(`✗ ${name}\n${error.message}`);
    return { name, ok: false, seconds: secondsSince(since), passed: 0, failed: 1 };
  }
}

/** Two at a time, in order of their names' appearance. */
async function runInPairs(steps) {
  /** @type {StepResult[]} */
  const results = [];
  const queue = [...steps];
  const worker = async () => {
    for (let step = queue.shift(); step; step = queue.shift())
      results.push(await runStep(step, { live: false }));
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/**
 * @param {TestStep} step
 * @param {{live: boolean}} options live: output as it comes; else only when it failed
 * @returns {Promise<StepResult>}
 */
async function runStep(step, { live }) {
  const since = performance.now();
  if (live) say(`\n── ${step.name} ${'─'.repeat(Math.max(0, 70 - step.name.length))}`);
  const { code, output } = await execute(step, live);
  const seconds = secondsSince(since);
  if (!live) say(`${code === 0 ? '✓' : '✗'} ${step.name} (${seconds.toFixed(1)} s)`);
  if (!live && code !== 0) say(output.trimEnd().split('\n').slice(-200).join('\n'));
  const counted = step.count?.() ?? { passed: 0, failed: 0 };
  // Whatever a runner counted: when it did not end well, something failed.
  const failed = code === 0 ? counted.failed : Math.max(1, counted.failed);
  return { name: step.name, ok: failed === 0, seconds, passed: counted.passed, failed };
}

function execute(step, live) {
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, {
      cwd: step.cwd ?? projectRoot,
      env: projectEnv({ CI: 'true', FORCE_COLOR: '0', NO_COLOR: '1', ...step.env }),
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
      detached: true, // a group of its own, so that a step that hangs ends with all it started
    });
    let output = '';
    const killGroup = () => child.pid && process.kill(-child.pid, 'SIGKILL');
    const interrupt = () => {
      if (child.pid) process.kill(-child.pid, 'SIGINT');
      process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupt);
    const timer = setTimeout(() => {
      output += `\nended after ${STEP_TIMEOUT_MS / 60_000} minutes`;
      if (live) say(`${step.name}: ended after ${STEP_TIMEOUT_MS / 60_000} minutes`);
      killGroup();
    }, STEP_TIMEOUT_MS);
    const done = (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupt);
      resolve({ code: code ?? 1, output });
    };
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => {
      output += error.message;
      done(1);
    });
    child.once('close', done);
  });
}

const secondsSince = (since) => (performance.now() - since) / 1000;

/** Prints the table and the last line; returns the exit code. */
function summarise(results) {
  say(`\n${'─'.repeat(74)}`);
  for (const { name, ok, seconds, passed, failed } of results) {
    const counts = passed + failed > 0 ? `${passed} passed, ${failed} failed` : '';
    say(`${ok ? '✓' : '✗'} ${name.padEnd(24)} ${`${seconds.toFixed(1)} s`.padStart(9)}   ${counts}`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}
