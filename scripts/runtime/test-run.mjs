/** The steps of `npm test`, their order, and the total of their results. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf, removeLeftovers } from './build.mjs';
import { whatChanged } from './changed-files.mjs';
import { say } from './progress.mjs';
import { pinnedNode, projectRoot } from './project.mjs';
import { runCommand } from './step-command.mjs';
import { reportedTests } from './test-reports.mjs';
import { canInstallPackages, findProgram, installPackages, isDebian } from './system-packages.mjs';

const WEB = join(projectRoot, 'apps/web');
/** Chromium without a window: the same engine for half the CPU time. */
const BROWSER = 'chromium-headless-shell';
const SYSTEM_PACKAGES = {
  'redis-server': 'redis-server',
  pgbouncer: 'pgbouncer',
  'clamav-daemon': 'clamd',
  [BROWSER]: BROWSER,
};

/**
 * @typedef {object} TestStep
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} [cwd]
 * @property {Record<string, string>} [env]
 * @property {() => {passed: number, failed: number} | null} [count] reads the runner's report; null if there is none
 *
 * @typedef {{name: string, ok: boolean, seconds: number, cpuSeconds?: number, passed: number, failed: number,
 * unexplained?: string[]}} StepResult unexplained: the last lines of a runner that ended badly without a failed test
 */

/**
 * @param {{only: string[] | null, changed: string | null}} options only: steps by name; changed: a commit, to run only
 * what a change since then touches (see `whatChanged`)
 * @returns {Promise<number>} the exit code
 */
export async function runAllTests({ only, changed }) {
  const reports = mkdtempSync(join(tmpdir(), 'pellucid-reports-'));
  const touched = changed === null ? null : await whatChanged(changed);
  const wanted = (step) => !only || only.includes(step.name);
  /** @type {StepResult[]} */
  const results = [];
  try {
    removeLeftovers();
    results.push(await inProcess('packages', installSystemPackages));
    // The quick checks run in parallel and print their output only if they fail.
    results.push(...(await sideBySide(2, checkSteps().filter(wanted), (step) => runStep(step))));
    const [vitest, scripts, browser, bundle] = testSteps(reports, touched);
    // Vitest keeps the cores busy. The scripts' tests start and kill whole products, and mostly wait.
    for (const steps of [[vitest, scripts], [browser], [bundle]]) {
      const some = steps.filter((step) => step && wanted(step));
      results.push(...(await sideBySide(2, some, (step) => runStep(step, { live: true }))));
    }
    return summarise(results, reports);
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
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
  // Boundaries, drift, docs: runs every script named check-*, so that none can be forgotten.
  for (const file of readdirSync(join(projectRoot, 'scripts')).sort()) {
    const name = /^check-(.+)\.mjs$/.exec(file)?.[1];
    if (name) steps.push(node(name, file));
  }
  return steps;
}

/**
 * @param {string} reports folder for the runners' reports
 * @param {import('./changed-files.mjs').Touched | null} touched null: everything
 * @returns {Array<TestStep | null>} vitest, scripts, browser, bundle; null for steps with nothing to do
 */
function testSteps(reports, touched) {
  return [
    vitestStep(reports, touched),
    !touched || touched.scripts ? scriptTestsStep(reports) : null,
    !touched || touched.specs === null || touched.specs.length > 0 ? browserStep(reports, touched) : null,
    !touched || touched.web
      ? { name: 'web-bundle', command: pinnedNode, args: ['scripts/check-bundle.mjs'], cwd: WEB }
      : null,
  ];
}

function vitestStep(reports, touched) {
  const report = join(reports, 'vitest.json');
  const changed = touched ? [`--changed=${touched.since}`, '--passWithNoTests'] : [];
  return {
    name: 'vitest',
    command: programOf(projectRoot, 'vitest'),
    args: ['run', ...changed, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    count: () => {
      const json = readJson(report);
      if (!json) return null;
      // A file that fails to load or set up has no failed test of its own.
      const failed = reportedTests(reports).filter((test) => test.runner === 'vitest' && test.failure);
      return { passed: json.numPassedTests, failed: failed.length };
    },
  };
}

/** Tests of the launcher and the generator, with node:test. Each file has its own servers and folders. */
function scriptTestsStep(reports) {
  const files = readdirSync(join(projectRoot, 'scripts'), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.test.mjs'))
    .sort();
  const report = join(reports, 'scripts.tap');
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${report}`],
  ];
  const args = [
    '--test',
    '--test-concurrency=3',
    ...reporters,
    ...files.map((file) => join('scripts', file)),
  ];
  const count = () => {
    const tap = existsSync(report) ? readFileSync(report, 'utf8') : '';
    const number = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(tap)?.[1] ?? Number.NaN);
    const failed = number('fail') + number('cancelled');
    return Number.isNaN(failed) ? null : { passed: number('pass'), failed };
  };
  return { name: 'scripts', command: pinnedNode, args, count };
}

function browserStep(reports, touched) {
  const report = join(reports, 'playwright.json');
  const chromium = findProgram(BROWSER);
  return {
    name: 'browser',
    command: programOf(WEB, 'playwright'),
    args: ['test', '--reporter=list,json', ...(touched?.specs ?? [])],
    cwd: WEB,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, ...(chromium ? { PELLUCID_CHROMIUM: chromium } : {}) },
    count: () => {
      const json = readJson(report);
      if (!json) return null;
      // A "flaky" test passed only on a second try. That counts as a failure.
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
 * Installs what npm doesn't provide: as root, with apt (Chromium only on Debian, since Ubuntu's package is a snap).
 * Otherwise Chromium comes from Playwright, and suites that need other programs name them.
 */
async function installSystemPackages() {
  const missing = Object.keys(SYSTEM_PACKAGES).filter((name) => !findProgram(SYSTEM_PACKAGES[name]));
  const byApt = canInstallPackages() ? missing.filter((name) => name !== BROWSER || isDebian()) : [];
  if (byApt.length > 0) {
    say(`  installing ${byApt.join(', ')}`);
    if (!installPackages(byApt)) throw new Error(`apt-get could not install ${byApt.join(', ')}`);
  }
  if (!missing.includes(BROWSER) || byApt.includes(BROWSER)) return;
  const args = ['install', ...(canInstallPackages() ? ['--with-deps'] : []), '--only-shell', 'chromium'];
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

/**
 * Processes items in order, several at a time.
 * @template T, R
 * @param {number} width how many at a time
 * @param {T[]} items
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the order of the items
 */
async function sideBySide(width, items, work) {
  const results = [];
  const queue = items.map((item, index) => ({ item, index }));
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next.index] = await work(next.item);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

/**
 * @param {TestStep} step
 * @param {{live: boolean}} options live: print output as it comes, each line prefixed with the step's name; else only
 * on failure
 * @returns {Promise<StepResult>}
 */
export async function runStep(step, { live } = { live: false }) {
  const since = performance.now();
  if (live) say(`\n── ${step.name} ${'─'.repeat(Math.max(0, 70 - step.name.length))}`);
  const { code, lastLines, cpuSeconds } = await runCommand(step, live);
  const seconds = secondsSince(since);
  if (!live) say(`${code === 0 ? '✓' : '✗'} ${step.name} (${seconds.toFixed(1)} s)`);
  if (!live && code !== 0) say(lastLines.join('\n'));
  const counted = step.count?.() ?? { passed: 0, failed: 0 };
  // A runner that ended badly counts as at least one failure, whatever it counted.
  const failed = code === 0 ? counted.failed : Math.max(1, counted.failed);
  const unexplained = live && code !== 0 && counted.failed === 0 ? lastLines : undefined;
  return {
    name: step.name,
    ok: failed === 0,
    seconds,
    cpuSeconds,
    passed: counted.passed,
    failed,
    unexplained,
  };
}

const secondsSince = (since) => (performance.now() - since) / 1000;

/** Lines of a failure repeated at the end. The step's own output has them all. */
const FAILURE_LINES = 24;
/** The same of what else is known of a failed browser test. Its page is long, and can't be seen later. */
const CIRCUMSTANCE_LINES = 120;
/** Lines repeated of a runner that ended badly without a failed test, such as after an unhandled rejection. */
const LAST_LINES = 60;

/** Prints the slowest tests, the failures, the table of steps and the last line. Returns the exit code. */
export function summarise(results, reports) {
  const tests = reportedTests(reports);
  const heading = (text) => say(`\n── ${text} ${'─'.repeat(70 - text.length)}`);
  const slowest = tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, 20);
  if (slowest.length > 0) heading('the slowest tests');
  for (const { seconds, runner, name } of slowest)
    say(`${`${seconds.toFixed(1)} s`.padStart(9)}  ${runner.padEnd(8)} ${name}`);
  const failed = tests.filter(({ failure }) => failure !== undefined);
  const unexplained = results.filter((result) => result.unexplained);
  if (failed.length + unexplained.length > 0) heading('what failed');
  for (const { runner, name, failure, circumstances = [] } of failed) {
    say(`✗ ${runner.padEnd(8)} ${name}`);
    const lines = failure.split('\n').filter((line) => !/^ *at .*(node_modules|node:)/.test(line));
    const more = circumstances.flatMap((text) => text.split('\n').slice(0, CIRCUMSTANCE_LINES));
    for (const line of [...lines.slice(0, FAILURE_LINES), ...more]) say(`    ${line.slice(0, 300)}`);
  }
  for (const result of unexplained) {
    say(`✗ ${result.name.padEnd(8)} ended badly, but reported no failed test. Its last lines:`);
    for (const line of result.unexplained.slice(-LAST_LINES)) say(`    ${line.slice(0, 300)}`);
  }
  say(`\n${'─'.repeat(74)}`);
  for (const { name, ok, seconds, cpuSeconds, passed, failed } of results) {
    const counts = passed + failed > 0 ? `${passed} passed, ${failed} failed` : '';
    const cpu = cpuSeconds === undefined ? '' : `${cpuSeconds.toFixed(0)} s cpu`;
    say(
      `${ok ? '✓' : '✗'} ${name.padEnd(20)} ${`${seconds.toFixed(1)} s`.padStart(9)} ${cpu.padStart(11)}   ${counts}`,
    );
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}
