/** Texts are separate chunks: one per language for the first load, and one per feature and language. */
const TEXTS = /\/locales\/[\w.]+\.json$/;
/** Menus of the frame, which nobody opens before the page is drawn. */
const MENUS = /\/apps\/web\/src\/app\/shell\/(top-menus|workspace-switcher)\.tsx$/;
/** Code that draws lists and records of any object. Filters, forms, logs and bulk actions load when they are opened. */
const RECORD_PAGES =
  /\/apps\/web\/src\/records\/(list\/(object-list-page|record-table)|record\/object-record-page)\.tsx$/;
/** Small modules that every page uses. Without a group of their own, they would tie pages to each other's chunks. */
const BASE =
  /\/@tanstack\/|@mantine\/(hooks|core\/esm\/core)\/|\/apps\/web\/src\/lib\/(?!i18n\/|typed\/|password\/|load-more|forms\/|layers\/overlays)|icons-react\/|\/app\/shell\/page-title/;
/** Inputs shared by log-in, lists and forms. */
const INPUTS =
  /@mantine\/core\/esm\/components\/(Combobox\/)?(TextInput|InputBase|Input|Checkbox|CloseButton|ActionIcon|Anchor|Text|Pill|ComboboxChevron|get-parsed-combobox-data)\/\2\.mjs$/;
/** The calendar, which only date inputs open. Merged with other libraries, pages without one would load it. */
const DATES = /@mantine\/dates\//;
/**
 * Caches, numbers, currencies and the forms of texts, which modules use while they load. In a chunk with pages, they would come too late for the chunks that
 * these pages import.
 */
const VALUES =
  /\/packages\/conditions\/src\/(decimal\/|lru-map|locale-text\/iso-4217|(type-)?operators|condition\.types|field-types\/)|\/apps\/web\/src\/records\/fields\/currencies\.ts$/;
/** Dragging, for the pages that have it. Merged with other libraries, every page with one of these would load it. */
const DRAG = /\/@dnd-kit\/(?!sortable)/;
/** Called while other modules are evaluated. In a chunk that imports theirs, it would not be there yet. */
const EVALUATED_FIRST = /\/packages\/conditions\/src\/lru-map\.ts$/;
/** Inputs with a list to choose from, which the page to register shares with lists and forms. */
const CHOICES =
  /@mantine\/core\/esm\/components\/(Combobox\/(?!ComboboxChevron|get-parsed)|Select\/|MultiSelect\/|Autocomplete\/|TagsInput\/|PillsInput\/)/;
/** Inputs for numbers and what reads typed numbers and dates. Merged with other code, they would import their importers. */
const TYPED =
  /\/packages\/conditions\/src\/(locale-text\/|calendar)|\/apps\/web\/src\/lib\/(typed\/(readings|typed-(text|number)-input)|format\/format-choices)/;
/** Log-in and similar pages. The page to register has choices with search, and is a chunk of its own. */
const PUBLIC_PAGES = /\/apps\/web\/src\/(features\/auth\/(?!register)[\w-]+|app\/public-layout)\.tsx?$/;

/** Saved views, and what lists open besides records: boards, calendars, cells that are edited. They load when they are opened. */
const VIEWS =
  /\/apps\/web\/src\/records\/(board\/(?!column-coordinates)[\w-]+\.tsx?|calendar\/|peek\/|list\/edit\/|views\/(?!view-bar|view-model|saved-views))/;

/** Editors of computed fields, which load when such a field is opened. */
const FORMULAS = /\/apps\/web\/src\/features\/fields\/formula\//;

const SHARED = { minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 40_000 };

/**
 * Groups chunks by what a user opens. By default, rolldown makes one chunk for every set of modules that two entries
 * share: hundreds, most of them smaller than the headers of their request.
 */
export const chunkGroups = [
  // Each group takes the modules it names and their imports, unless a group above it has them. The first is the entry
  // with shell and home page, where most people start.
  { name: 'app', priority: 10, tags: ['$initial' as const] },
  { name: 'base', priority: 9, test: BASE, minShareCount: 7 },
  { name: 'base', priority: 8, test: INPUTS },
  { name: 'first', priority: 8, test: EVALUATED_FIRST },
  { name: 'values', priority: 8, test: VALUES },
  { name: 'typed', priority: 8, test: TYPED },
  { name: 'public', priority: 5, test: PUBLIC_PAGES },
  { name: 'records', priority: 6, test: RECORD_PAGES },
  { name: 'conditions', priority: 7, test: /\/packages\/conditions\/src\// },
  { name: 'menus', priority: 7, test: MENUS },
  { name: 'choices', priority: 7, test: CHOICES, minShareCount: 2 },
  // Other code shared by pages, grouped by the pages that use it. Small groups are merged with neighbours.
  { name: 'library', priority: 2, test: isLibrary, ...SHARED },
  { name: 'shared', priority: 2, test: isCommon, ...SHARED },
  { name: 'drag', priority: 4, test: DRAG },
  { name: 'sortable', priority: 3, test: /\/@dnd-kit\/sortable\// },
  { name: 'dates', priority: 1, test: DATES },
  { name: 'views', test: VIEWS, priority: 1 },
  // Pages, dialogs and panels of a feature load together.
  { name: featureOf, debugName: 'features', priority: 1 },
  // After the feature, whose own modules these import.
  { name: 'formulas', test: FORMULAS, priority: 0 },
];

function isLibrary(id: string): boolean {
  return id.includes('/node_modules/') && !DATES.test(id);
}

function isCode(id: string): boolean {
  return !TEXTS.test(id) && !DATES.test(id);
}

/** Code of a feature stays with it: no other feature may import it. */
function isCommon(id: string): boolean {
  return isCode(id) && !featureOf(id) && !VIEWS.test(id) && !FORMULAS.test(id);
}

function featureOf(id: string): string | null {
  if (FORMULAS.test(id)) return null;
  return (isCode(id) && /\/apps\/web\/src\/features\/([\w-]+)\//.exec(id)?.[1]) || null;
}
