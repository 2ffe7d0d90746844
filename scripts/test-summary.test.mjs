/** The summary of `npm test` says why it failed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

function reportsFolder(t) {
  const reports = mkdtempSync(join(tmpdir(), 'pellucid-summary-'));
  t.after(() => rmSync(reports, { recursive: true, force: true }));
  return reports;
}

/** Prints the summary of one step, which runs a program, in a process of its own. */
function summaryOf(t, program, reports = reportsFolder(t)) {
  const step = { name: 'vitest', command: process.execPath, args: ['-e', program] };
  const script = `
    import { runStep, summarise } from ${JSON.stringify(new URL('./runtime/test-run.mjs', import.meta.url).href)};
    const step = { ...${JSON.stringify(step)}, count: () => ({ passed: 2, failed: 0 }) };
    summarise([await runStep(step, { live: true })], ${JSON.stringify(reports)});`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

test('a runner that ends badly without a failed test is shown with its last lines', (t) => {
  const summary = summaryOf(
    t,
    `console.log('2 tests passed'); console.error('an unhandled rejection'); process.exit(1)`,
  );
  assert.match(summary, /── what failed ─+\n✗ vitest +ended badly, but reported no failed test/);
  assert.match(summary, /^ {4}an unhandled rejection$/m);
  assert.match(summary, /2 passed, 1 failed/);
});

test('a runner that ends well is not', (t) => {
  const summary = summaryOf(t, `console.log('2 tests passed')`);
  assert.match(summary, /2 passed, 0 failed/);
  assert.doesNotMatch(summary, /what failed|ended badly/);
});

test('a failed browser test is shown with what its pages show, however long its error is', (t) => {
  const reports = reportsFolder(t);
  const errors = [
    { message: `Timeout\n${'  - waiting\n'.repeat(500)}` },
    { message: `In its pages:\n${'- text\n'.repeat(40)}- button "Preview"` },
  ];
  const spec = { title: 'previews', ok: false, tests: [{ results: [{ duration: 9, errors }] }] };
  const suites = [{ file: 'fields.spec.ts', specs: [spec] }];
  writeFileSync(join(reports, 'playwright.json'), JSON.stringify({ suites }));
  const summary = summaryOf(t, `console.log('2 tests passed')`, reports);
  assert.match(summary, /^✗ browser +fields\.spec\.ts: previews\n {4}Timeout$/m);
  assert.match(summary, /^ {4}- button "Preview"$/m);
  assert.ok(summary.split('\n').length < 150);
});
