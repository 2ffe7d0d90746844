/** The slowest tests of a run, from the reports of its runners. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * @param {string} reports the folder with vitest.json, playwright.json and scripts.tap, as far as they ran
 * @param {number} count
 * @returns {Array<{seconds: number, runner: string, name: string}>} the slowest first
 */
export function slowestTests(reports, count) {
  const read = (file, parse) =>
    existsSync(join(reports, file)) ? parse(readFileSync(join(reports, file), 'utf8')) : [];
  return [
    ...read('vitest.json', (text) => vitestTests(JSON.parse(text))),
    ...read('playwright.json', (text) => JSON.parse(text).suites.flatMap(browserTests)),
    ...read('scripts.tap', scriptTests),
  ]
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count);
}

function vitestTests(report) {
  return report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({
      seconds: (test.duration ?? 0) / 1000,
      runner: 'vitest',
      name: `${basename(file.name)}: ${test.fullName}`,
    })),
  );
}

function browserTests(suite) {
  const own = (suite.specs ?? []).map((spec) => ({
    seconds:
      spec.tests.flatMap((test) => test.results).reduce((sum, result) => sum + result.duration, 0) / 1000,
    runner: 'browser',
    name: `${suite.file}: ${spec.title}`,
  }));
  return [...own, ...(suite.suites ?? []).flatMap(browserTests)];
}

/** TAP as node:test writes it: the line of a test, then its block with the milliseconds it took. */
function scriptTests(tap) {
  return [...tap.matchAll(/^ *(?:not )?ok \d+ - (.+)\n *---\n *duration_ms: ([\d.]+)/gm)].map(
    ([, name, ms]) => ({
      seconds: Number(ms) / 1000,
      runner: 'scripts',
      name,
    }),
  );
}
