/**
 * Fails when the JavaScript a browser must fetch before a page can be drawn grows past the bound.
 *
 * Measured from Vite's manifest: the entry with everything it imports statically, and the same together
 * with each page loaded on demand. Sizes are gzip level 9 of the files as built.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** What the first page a person lands on may cost: log-in and its like, home, any list, any record. */
const FIRST_LOAD_KB = 250;
/** Pages of features are opened from there, with entry and shell already in the cache. */
const INNER_PAGE_KB = 350;
const LANDING = /^src\/(features\/(auth|home)|records)\//;

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const manifestPath = join(dist, '.vite/manifest.json');
if (!existsSync(manifestPath)) {
  console.error('check-bundle: no build found; run "vite build" in apps/web first');
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
if (!entry) {
  console.error('check-bundle: the manifest names no entry');
  process.exit(1);
}

function closureOf(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) closureOf(imported, seen);
  return seen;
}

const sizes = new Map();
function gzippedSize(key) {
  const { file } = manifest[key];
  if (!file.endsWith('.js')) return 0;
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return sizes.get(file);
}

const kilobytes = (keys) => [...keys].reduce((sum, key) => sum + gzippedSize(key), 0) / 1000;

/** What every page loads whatever it is: the entry with its texts; and what the signed-in pages add. */
const CATALOGUE = 'src/lib/i18n/catalogue-en.ts';
const SHELL = 'src/app/shell/app-shell.tsx';
const PUBLIC = /^src\/features\/auth\//;
for (const key of [CATALOGUE, SHELL]) {
  if (manifest[key]) continue;
  console.error(`check-bundle: the manifest has no ${key}; mend this script`);
  process.exit(1);
}

const first = closureOf(CATALOGUE, closureOf(entry));
const shell = closureOf(SHELL, new Set(first));
const rows = [{ name: 'entry', size: kilobytes(first), bound: FIRST_LOAD_KB }];
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry || !/-page\.tsx$/.test(key)) continue;
  const frame = PUBLIC.test(key) ? first : shell;
  rows.push({
    name: key.replace(/^src\//, ''),
    size: kilobytes(closureOf(key, new Set(frame))),
    bound: LANDING.test(key) ? FIRST_LOAD_KB : INNER_PAGE_KB,
  });
}
rows.sort((a, b) => b.size - a.size);
for (const { name, size, bound } of rows) {
  console.log(`${size.toFixed(1).padStart(7)} of ${bound} kB gz  ${name}`);
}
const over = rows.filter(({ size, bound }) => size > bound);
if (over.length) {
  console.error(`check-bundle: too much JavaScript for ${over.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
