/**
 * `npm test`: everything that must pass before a change is merged. Needs Node ≥ 20 and npm; installs the rest (system
 * packages with apt, as root on Debian and Ubuntu). Every step runs, even after a failure. The last line is `N passed,
 * N failed`; the exit code is 0 only if nothing failed.
 *
 *   npm test -- --only vitest,types   some steps, by name
 *   npm test -- --changed             what uncommitted changes touch, or else the last commit
 *   npm test -- --changed=main        what changed since a commit
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
