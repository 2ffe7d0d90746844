/** Reads the tests of a run from the reports of its runners. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * @typedef {object} ReportedTest
 * @property {number} seconds its duration
 * @property {string} runner vitest, browser or scripts
 * @property {string} name its file and title
 * @property {string} [failure] the error, if it failed
 * @property {string[]} [circumstances] of a failed browser test: what happened in its pages, and what they show
 */

/**
 * @param {string} reports folder with vitest.json, playwright.json and scripts.tap, as far as they ran
 * @returns {ReportedTest[]} with an entry for each file that failed outside its tests
 */
export function reportedTests(reports) {
  const read = (file, parse) =>
    existsSync(join(reports, file)) ? parse(readFileSync(join(reports, file), 'utf8')) : [];
  return [
    ...read('vitest.json', (text) => JSON.parse(text).testResults.flatMap(vitestTests)),
    ...read('playwright.json', (text) => JSON.parse(text).suites.flatMap(browserTests)),
    ...read('scripts.tap', scriptTests),
  ];
}

function vitestTests(file) {
  const name = basename(file.name);
  const tests = file.assertionResults.map((test) => ({
    seconds: (test.duration ?? 0) / 1000,
    runner: 'vitest',
    name: `${name}: ${test.fullName}`,
    ...(test.status === 'failed' ? { failure: test.failureMessages.join('\n') } : {}),
  }));
  // A file that fails to load or set up has no failed test of its own.
  const isBroken = file.status === 'failed' && !tests.some(({ failure }) => failure !== undefined);
  return isBroken
    ? [...tests, { seconds: 0, runner: 'vitest', name, failure: file.message || 'failed outside its tests' }]
    : tests;
}

function browserTests(suite) {
  const own = (suite.specs ?? []).map((spec) => {
    const results = spec.tests.flatMap((test) => test.results);
    const errors = results.flatMap((result) => result.errors.map(({ message }) => message));
    return {
      seconds: results.reduce((sum, result) => sum + result.duration, 0) / 1000,
      runner: 'browser',
      name: `${suite.file}: ${spec.title}`,
      ...(errors.length > 0 || !spec.ok ? { failure: errors[0] ?? '', circumstances: errors.slice(1) } : {}),
    };
  });
  return [...own, ...(suite.suites ?? []).flatMap(browserTests)];
}

/** TAP as node:test writes it: the line of a test, then a block with its milliseconds and error. */
function scriptTests(tap) {
  const tests = tap.matchAll(
    /^( *)(not )?ok \d+ - (.+)\n\1 {2}---\n\1 {2}duration_ms: ([\d.]+)\n((?:(?!\1 {2}\.\.\.\n).*\n)*)/gm,
  );
  return [...tests].map(([, , not, name, ms, details]) => ({
    seconds: Number(ms) / 1000,
    runner: 'scripts',
    name,
    ...(not ? { failure: details } : {}),
  }));
}
