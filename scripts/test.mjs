/**
 * `npm test`: everything that must hold before a change is merged. Needs Node ≥ 20 and npm; installs the rest (system
 * packages by apt as root on Debian and Ubuntu). Every step runs, also after a failure; the last line is
 * `N passed, N failed`, and the exit code is 0 only when nothing failed.
 *   npm test -- --only vitest,types   some steps, by name
 *   npm test -- --changed             what the working tree's changes touch, or those of the last commit
 *   npm test -- --changed=main        what differs from a commit
 */
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';
import { endWith } from './runtime/progress.mjs';

try {
  await ensureInstalled();
  const args = process.argv.slice(2);
  if (!handOverToPinnedNode(fileURLToPath(import.meta.url), args)) {
    const only = args.includes('--only') ? (args[args.indexOf('--only') + 1] ?? '').split(',') : null;
    const { runAllTests } = await import('./runtime/test-run.mjs');
    const changed = args.find((arg) => /^--changed(=|$)/.test(arg))?.slice('--changed='.length) ?? null;
    process.exit(await runAllTests({ only, changed }));
  }
} catch (error) {
  endWith(error);
}
