/** Texts are chunks of their own, one for each language. */
const TEXTS = /\/locales\/\w+\.json$/;
/** Menus of the frame: nobody opens one before the page is drawn. */
const MENUS = /\/apps\/web\/src\/app\/shell\/(top-menus|workspace-switcher)\.tsx$/;
/** What lists and records of any object are drawn by. Filters, forms, logs and bulk actions come when they are opened. */
const RECORD_PAGES =
  /\/apps\/web\/src\/records\/(list\/(object-list-page|record-table)|record\/object-record-page)\.tsx$/;
/** Small things under every page: without a place of their own they would tie each page to some other one's chunk. */
const BASE =
  /\/@tanstack\/|@mantine\/(hooks|core\/esm\/core)\/|\/apps\/web\/src\/lib\/(?!i18n\/|typed\/|password\/|layers\/overlays)|icons-react\/|\/app\/shell\/page-title/;
/** Inputs that log-in, lists and forms share. */
const INPUTS =
  /@mantine\/core\/esm\/components\/(TextInput|InputBase|Input|Checkbox|CloseButton|ActionIcon|Anchor|Text)\/\1\.mjs$/;
/** Log-in and its like. */
const PUBLIC_PAGES = /\/apps\/web\/src\/features\/auth\/[\w-]+\.tsx?$/;

const SHARED = { minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 60_000 };

/**
 * Chunks by what a person opens. Left alone, rolldown makes one for every set of modules that two entries share: hundreds,
 * most of them smaller than the headers of their request.
 */
export const chunkGroups = [
  // Each takes what it names with everything that is imported from there and stands in none above it.
  // The first is the entry with shell and home, where most people begin.
  { name: 'app', priority: 10, tags: ['$initial' as const] },
  { name: 'base', priority: 9, test: BASE, minShareCount: 7 },
  { name: 'base', priority: 8, test: INPUTS },
  { name: 'public', priority: 5, test: PUBLIC_PAGES },
  { name: 'records', priority: 6, test: RECORD_PAGES },
  { name: 'menus', priority: 7, test: MENUS },
  // What several pages use beyond that: by who uses it, small sets joined to their neighbours.
  { name: 'library', priority: 2, test: /\/node_modules\//, ...SHARED },
  { name: 'shared', priority: 2, test: isCode, ...SHARED },
  // Pages, dialogs and panels of one feature are loaded together.
  { name: featureOf, debugName: 'features', priority: 1 },
];

function isCode(id: string): boolean {
  return !TEXTS.test(id);
}

function featureOf(id: string): string | null {
  return (isCode(id) && /\/apps\/web\/src\/features\/([\w-]+)\//.exec(id)?.[1]) || null;
}
