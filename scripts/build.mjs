/**
 * Compiles the server (swc, TypeScript to JavaScript with source maps) and builds the web app (vite):
 *
 *   node scripts/build.mjs [--force]
 *
 * `npm run typecheck` checks the types; this only builds.
 */
import { ensureBuilt } from './runtime/build.mjs';
import { endWith } from './runtime/progress.mjs';

await ensureBuilt({ force: process.argv.includes('--force') }).catch(endWith);
