/**
 * `npm run bench`: measures the product beside a bare server, in one run. See bench/README.md. Writes
 * bench/results/latest.json and prints the same figures as a table. With `--web` it measures the web app instead.
 */
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';

await ensureInstalled();
if (!handOverToPinnedNode(fileURLToPath(import.meta.url), process.argv.slice(2))) {
  if (process.argv.includes('--web')) await (await import('../bench/web.mjs')).benchWeb();
  else await (await import('../bench/run.mjs')).benchProduct(process.env.PELLUCID_BENCH_ONLY);
}
