/** The summary of `npm test` says why it failed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

/** Prints the summary of one step, which runs a program, in a process of its own. */
function summaryOf(t, program) {
  const reports = mkdtempSync(join(tmpdir(), 'pellucid-summary-'));
  t.after(() => rmSync(reports, { recursive: true, force: true }));
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
