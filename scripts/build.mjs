/**
 * Compiles the server (swc, TypeScript → JavaScript beside its source map) and builds the web app (vite):
 *   node scripts/build.mjs [--force]
 * Types are checked elsewhere (`npm run typecheck`); here only what runs is made.
 */
import { ensureBuilt } from './runtime/build.mjs';
import { endWith } from './runtime/progress.mjs';

await ensureBuilt({ force: process.argv.includes('--force') }).catch(endWith);
