/**
 * `npm start`: from a fresh clone to a running product. Needs only Node ≥ 20 and npm.
 *
 *   npm start              installs, builds, starts Postgres and Redis, migrates, starts API and worker
 *   npm start -- --demo    also fills a demo company and prints its log-in
 *   npm run dev            watches the sources (--dev)
 *
 * Environment: PORT, PELLUCID_DATA_DIR, DATABASE_URL, REDIS_URL, PELLUCID_WEB=off (no web app); see docs/operations.
 */
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';
import { endWith, LaunchError, say } from './runtime/progress.mjs';

const OPTIONS = ['--demo', '--dev'];

/** Refuses what would otherwise be ignored, such as `--port 4000`, which then starts on another port. */
function assertKnown(args) {
  const unknown = args.find((arg) => !OPTIONS.includes(arg));
  if (unknown === undefined) return;
  throw new LaunchError(
    `"${unknown}" isn't an option of npm start. The only option is --demo (npm start -- --demo).\n` +
      'Settings are environment variables: PORT=4000 npm start. All of them: docs/operations/running.md',
  );
}

try {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new LaunchError(`Node ${process.versions.node} is too old. Pellucid needs Node 20 or newer.`);
  }
  const args = process.argv.slice(2);
  assertKnown(args);
  // Under the pinned Node this file runs again as the child, which doesn't repeat the line.
  if (!process.channel) say('Pellucid');
  await ensureInstalled();
  if (!handOverToPinnedNode(fileURLToPath(import.meta.url), args)) {
    const { launch } = await import('./runtime/launcher.mjs');
    await launch({ demo: args.includes('--demo'), dev: args.includes('--dev') });
  }
} catch (error) {
  endWith(error);
}
