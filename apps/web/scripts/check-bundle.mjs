/**
 * Fails when what a browser must fetch exceeds its limits (JavaScript and requests per page, style sheets, chunks), or
 * when chunks import each other in a circle. Reads the build itself (index.html and Vite's manifest), so that the result is the same on every machine. Sizes are
 * gzip level 9 of the built files. Browsers get brotli, which is a seventh smaller.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Limit for a cold home page. */
const HOME_KB = 195;
/** Limits for other landing pages: log-in and similar pages; the page to register; any list and any record. */
const LANDING_KB = { public: 230, auth: 294, records: 280, record: 280 };
/** Limit for pages of features, opened from a landing page with entry and shell already cached. */
const INNER_PAGE_KB = 385;
/** Files of a cold home page. With its API requests it stays below 25 requests. */
const HOME_FILES = 10;
/** Files of any other cold page. */
const PAGE_FILES = 40;
/** Style sheets of any page. */
const PAGE_STYLES_KB = 34;
const folder = fileURLToPath(new URL('../src/features', import.meta.url));
const features = readdirSync(folder);
/** All style sheets together: those of the frame and of records, and on average 1 kB for a feature. */
const STYLES_KB = 37 + features.length;
/**
 * All scripts. A page consists of several, and many small ones cost more than their size. A feature has its code, and its
 * texts in two languages.
 */
const CHUNKS = 51 + 3 * features.length;
/** Page chunks (build/chunks.ts): of landing pages, and one for every feature with pages. */
const PAGES = new Set([
  ...Object.keys(LANDING_KB),
  ...features.filter(
    (name) => name !== 'home' && readdirSync(join(folder, name)).some((file) => file.endsWith('-page.tsx')),
  ),
]);
/** Files loaded with any page: index.html, favicon, font. The boot script is counted from index.html. */
const ALWAYS = 3;
const MIN_COMPRESSED_BYTES = 1024;

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const manifestPath = join(dist, '.vite/manifest.json');
if (!existsSync(manifestPath)) fail('no build found; run "vite build" in apps/web first');
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
const html = readFileSync(join(dist, 'index.html'), 'utf8');

function fail(reason) {
  console.error(`check-bundle: ${reason}`);
  process.exit(1);
}

/** Chunks that index.html names. */
const keyOf = new Map(Object.entries(manifest).map(([key, chunk]) => [chunk.file, key]));
const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file);
const entries = named.map((file) => keyOf.get(file)).filter((key) => manifest[key]?.file.endsWith('.js'));
const boot = named.find((file) => /\/boot-/.test(file));
if (!entries.length) fail('index.html names no script of the manifest; mend this script');
if (!boot) fail('index.html names no boot script; mend this script');

function closureOf(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) closureOf(imported, seen);
  return seen;
}

/**
 * A circle of chunks that import each other, as a list of their names, if there is one. A module in such a circle may run
 * before what it imports, and every chunk of it loads with each other one.
 */
function circle() {
  const done = new Set();
  const visit = (key, path) => {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    if (done.has(key)) return undefined;
    const found = (manifest[key].imports ?? [])
      .map((imported) => visit(imported, [...path, key]))
      .find(Boolean);
    done.add(key);
    return found;
  };
  return Object.keys(manifest)
    .map((key) => visit(key, []))
    .find(Boolean);
}
const found = circle();
if (found) fail(`chunks import each other: ${found.join(' → ')} (see build/chunks.ts)`);

const sizes = new Map();
function gzippedSize(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return sizes.get(file);
}
const kilobytes = (files) => [...files].reduce((sum, file) => sum + gzippedSize(file), 0) / 1000;

/** Files of a set of chunks: scripts and style sheets. */
function filesOf(keys) {
  const scripts = new Set([...keys].map((key) => manifest[key].file).filter((file) => file.endsWith('.js')));
  const styles = new Set([...keys].flatMap((key) => manifest[key].css ?? []));
  return { scripts, styles, count: scripts.size + styles.size };
}

/** What every page loads: the entry, which contains shell and home page, and its texts. */
const CATALOGUE = 'src/lib/i18n/catalogue-en.ts';
if (!manifest[CATALOGUE]) fail(`the manifest has no ${CATALOGUE}; mend this script`);
const first = entries.reduce((seen, key) => closureOf(key, seen), closureOf(CATALOGUE));
const row = (name, keys, bound, most) => {
  const { scripts, styles, count } = filesOf(keys);
  const size = kilobytes([...scripts, boot]);
  return { name, size, bound, styles: kilobytes(styles), files: count + 1 + ALWAYS, most };
};
const rows = [row('home', first, HOME_KB, HOME_FILES)];
for (const [key, { file }] of Object.entries(manifest)) {
  const [, name] = /^assets\/([\w-]+)-[\w-]{8}\.js$/.exec(file) ?? [];
  if (!name || !PAGES.has(name)) continue;
  const keys = closureOf(key, new Set(first));
  const texts = `src/features/${name === 'public' ? 'auth' : name}/locales/en.json`;
  if (manifest[texts]) closureOf(texts, keys);
  else if (name !== 'records' && name !== 'record') fail(`the manifest has no ${texts}; mend this script`);
  rows.push(row(name, keys, LANDING_KB[name] ?? INNER_PAGE_KB, PAGE_FILES));
}
const unseen = [...PAGES].filter((name) => !rows.some((seen) => seen.name === name));
if (unseen.length)
  fail(`no chunk holds the pages of ${unseen.join(', ')}; mend build/chunks.ts or this script`);
rows.sort((a, b) => b.size - a.size);
for (const { name, size, bound, styles, files, most } of rows)
  console.log(
    `${size.toFixed(1).padStart(7)} of ${bound} kB gz  styles ${styles.toFixed(1)} kB  ${String(files).padStart(2)} of ${most} files  ${name}`,
  );

const built = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`);
const chunks = built.filter((file) => file.endsWith('.js'));
const styles = built.filter((file) => file.endsWith('.css'));
const stylesSize = kilobytes(styles);
console.log(
  `${stylesSize.toFixed(1).padStart(7)} of ${STYLES_KB} kB gz  styles, ${chunks.length} of ${CHUNKS} chunks`,
);

for (const { name, size, bound, styles, files, most } of rows) {
  if (styles > PAGE_STYLES_KB)
    fail(`style sheets of ${name} weigh ${styles.toFixed(1)} of ${PAGE_STYLES_KB} kB`);
  if (size > bound) fail(`too much JavaScript for ${name}: ${size.toFixed(1)} of ${bound} kB`);
  if (files > most) fail(`too many files for ${name}: ${files} of ${most} (see build/chunks.ts)`);
}
if (stylesSize > STYLES_KB) fail(`style sheets weigh ${stylesSize.toFixed(1)} of ${STYLES_KB} kB`);
if (chunks.length > CHUNKS) fail(`${chunks.length} chunks, at most ${CHUNKS} (see build/chunks.ts)`);
for (const file of [...chunks, ...styles, 'index.html'])
  for (const suffix of ['.br', '.gz'])
    if (
      readFileSync(join(dist, file)).length >= MIN_COMPRESSED_BYTES &&
      !existsSync(join(dist, file + suffix))
    )
      fail(`${file}${suffix} is missing: see build/precompress.ts`);
if (!/rel="preload"[^>]*as="font"|as="font"[^>]*rel="preload"/.test(html))
  fail('index.html preloads no font');
