/** Texts are separate chunks: one per language for the first load, and one per feature and language. */
const TEXTS = /\/locales\/[\w.]+\.json$/;
/** Menus of the frame, which nobody opens before the page is drawn, and what dialogs need. */
const MENUS = /\/apps\/web\/src\/app\/shell\/(top-menus|workspace-switcher|dialog)\.tsx$/;
/** Dialogs of the frame that open now and then, and what only phones or some people have. Each alone is smaller than its request. */
const FRAME_DIALOGS =
  /\/apps\/web\/src\/(app\/shell\/(banners|bottom-nav|mobile-menu|leave-question|shortcut-help|view-as-dialog)|features\/views\/pinned-views)\.tsx$/;
/** Code that draws lists of any object. Filters, forms, logs and bulk actions load when they are opened. */
const LIST_PAGES = /\/apps\/web\/src\/records\/list\/(object-list-page|record-table)\.tsx$/;
/** Code that draws one record of any object. */
const RECORD_PAGES = /\/apps\/web\/src\/records\/record\/object-record-page\.tsx$/;
/** What pages of features share with lists and records. In a chunk with those pages, features would load the pages too. */
const RECORD_PARTS = new RegExp(
  [
    /\/records\/(risks\/(risks|risk-text|use-risks)|cascades|cascade-failures|undo|record\/panel-piece|form\/form-tools|filters\/condition-text)\.tsx?$/,
    /\/records\/(api\/(write-record|record-history|bulk-job)|filters\/filter-model|list\/list-place)\.ts$/,
    /\/records\/(fields\/(wire-value|widget-of)|field-types\/added-types|form\/(form-sections|use-taken-default))\.ts$/,
    /\/lib\/(forms\/search-input|undo-toast)\.tsx$/,
    /\/lib\/(save-blob|take-back-toast)\.ts$/,
    /@mantine\/core\/esm\/components\/(Tabs|CopyButton|Textarea)\//,
    /\/Icon(ArrowUp|ArrowDown|Filter)\.mjs$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);
/** What pages of settings and lists of jobs look like, and what their editors of names share. */
const PAGE_PARTS =
  /\/apps\/web\/src\/(app\/shell\/(settings-layout\.tsx|(settings-parts|list-parts|grid-rows)\.module\.css)|lib\/(load-more\.tsx|saved-at-once\.ts|forms\/name-from-label\.ts|i18n\/label-languages\.ts))$|@mantine\/core\/esm\/components\/(Badge|Title)\//;
/** Forms and passwords, which settings share with log-in. */
const FORMS =
  /\/apps\/web\/src\/lib\/(forms\/form|password\/new-password-input)\.tsx$|\/react-hook-form\/|@mantine\/core\/esm\/components\/(Alert|NativeSelect)\/|\/IconFingerprint\.mjs$/;
/** Tools above a list, which load after its rows. */
const LIST_TOOLS =
  /\/apps\/web\/src\/records\/(list\/(column-chooser|record-cards)|filters\/filter-popover|layout\/condition-test)\.tsx?$/;
/** Pickers of records and people, for filters and forms. */
const PICKERS = /\/apps\/web\/src\/records\/fields\/(reference-picker|people-to-choose|person-filter)\.tsx?$/;
/** What shows changes to records: undone, restored, refused, in conflict, of lines and texts, and a record as it was. */
const CHANGES =
  /\/apps\/web\/src\/records\/(undo-dialog|cascade-notice|form\/conflict-dialog|log\/(restore-version-dialog|record-as-of-dialog|lines-then|line-changes-view|version-differences)|rich-text\/text-diff)\.tsx?$|\/node_modules\/diff\//;
/** What logs of changes have in common: those of records and of the audit. */
const LOGS = /\/apps\/web\/src\/records\/(undo-cause|log\/(event-changes|line-changes))\.tsx$/;
/** Small modules that every page uses, without queries of which a page has a varying number. Without a group of their own, they would tie pages to each other's chunks. */
const BASE =
  /\/@tanstack\/(?!(query-core|react-query)\/.*\/(queriesObserver|useQueries))|@mantine\/(hooks\/(?!.*use-long-press)|core\/esm\/core\/)|\/apps\/web\/src\/lib\/(?!i18n\/|typed\/|password\/|load-more|saved-at-once|kept-templates\/|undo-toast|unsaved\/typed-values|forms\/|layers\/overlays)|icons-react\/|\/app\/shell\/page-title/;
/**
 * Inputs and small components shared by log-in, lists and forms, the button of lists that the create menu shows too, and
 * what the palette offers of a page: with menu and palette, lists would load all menus and dialogs.
 */
const INPUTS =
  /\/apps\/web\/src\/(?:records\/access\/create-button\.tsx|lib\/page-commands\.ts)$|@mantine\/core\/esm\/components\/(Combobox\/)?(TextInput|InputBase|Input|Checkbox|CloseButton|ActionIcon|Anchor|Text|Pill|ComboboxChevron|get-parsed-combobox-data|Stack)\/\2\.mjs$/;
/** What places popovers beside their buttons. Inputs with a list to choose from need it without menus and dialogs. */
const FLOATING =
  /\/@floating-ui\/|@mantine\/core\/esm\/components\/(Popover|Portal|Transition|FocusTrap|Overlay|ScrollArea)\//;
/** The calendar, which only date inputs open. Merged with other libraries, pages without one would load it. */
const DATES = /@mantine\/dates\//;
/** Inputs for days, times and links, which load when a form has one. */
const RARE_INPUTS =
  /\/apps\/web\/src\/(records\/fields\/(date-time-field|link-picker)|lib\/typed\/typed-date-input)\.tsx$/;
/**
 * Caches, numbers, currencies and the forms of texts, which modules use while they load. In a chunk with pages, they would come too late for the chunks that
 * these pages import.
 */
const VALUES =
  /\/packages\/conditions\/src\/(decimal\/|lru-map|locale-text\/iso-4217|(type-)?operators|record-link|condition\.types|field-types\/)|\/apps\/web\/src\/(records\/fields\/currencies|lib\/format\/end-of-day)\.ts$/;
/** Dragging, for the pages that have it, and conditions among their settings. Merged with other libraries, every page with one of these would load it. */
const DRAG = /\/@dnd-kit\/|\/records\/(layout\/use-drag-texts|filters\/condition-setting)\.tsx?$/;
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
  /\/apps\/web\/src\/records\/(rich-text\/shown-text|board\/(?!column-coordinates)[\w-]+\.tsx?|calendar\/|peek\/|list\/(edit\/|withheld-criterion)|views\/(?!view-bar|view-model|saved-views))/;

/** Days and times, and what lies side by side, for the calendar of lists and the page of everybody's calendar. */
const CALENDAR_PARTS =
  /\/apps\/web\/src\/records\/calendar\/(month|side-by-side|day-axis|records-in-range)\.ts$/;

/** Editors of computed fields, and dialogs that change the values of all records, which load when they are opened. */
const FIELD_EDITORS =
  /\/apps\/web\/src\/features\/fields\/(formula\/|(change-type|merge-options)-dialog\.tsx$)/;

/** Buttons that say why they are refused. Merged with other parts of records, the board would load what search needs. */
const REFUSED = /\/records\/access\/refused-button\.tsx$/;

/** Panels of a deal's page, which the board does not need. */
const DEAL_PANELS = /\/apps\/web\/src\/features\/pipeline-board\/[\w-]+-panel\.tsx$/;

/** Blocks of the home page that features add, which load after the page. */
const HOME_BLOCKS =
  /\/apps\/web\/src\/(features\/[\w-]+\/[\w-]+-block\.tsx|app\/shell\/home-card\.(tsx|module\.css))$/;

/** The list of templates of any kind, which imports and forms open. Merged with either, the other would load it. */
const TEMPLATE_LIST = /\/apps\/web\/src\/lib\/kept-templates\//;

/** The dialog that adds tasks to records of a list, which pages of activities do not need. */
const TASK_DIALOG = /\/apps\/web\/src\/features\/activities\/(add-tasks-[\w-]+\.tsx|api\/create-tasks\.ts)$/;

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
  { name: 'floating', priority: 8, test: FLOATING },
  { name: 'values', priority: 8, test: VALUES },
  { name: 'typed', priority: 8, test: TYPED },
  { name: 'public', priority: 5, test: PUBLIC_PAGES },
  { name: 'page-parts', priority: 6, test: PAGE_PARTS },
  { name: 'calendar-parts', priority: 6, test: CALENDAR_PARTS },
  { name: 'forms', priority: 6, test: FORMS },
  { name: 'record-parts', priority: 6, test: RECORD_PARTS },
  { name: 'pickers', priority: 4, test: PICKERS },
  { name: 'logs', priority: 4, test: LOGS },
  { name: 'record', priority: 5, test: RECORD_PAGES },
  { name: 'records', priority: 5, test: LIST_PAGES },
  { name: 'conditions', priority: 7, test: /\/packages\/conditions\/src\// },
  { name: 'menus', priority: 7, test: MENUS },
  { name: 'refused', priority: 4, test: REFUSED },
  { name: 'template-list', priority: 0, test: TEMPLATE_LIST },
  { name: 'choices', priority: 7, test: CHOICES, minShareCount: 2 },
  // Each alone is smaller than its request.
  { name: 'icons', priority: 3, test: /\/icons-react\//, minShareCount: 2 },
  { name: 'api', priority: 3, test: /\/generated\/sdk\//, minShareCount: 2 },
  // Other code shared by pages, grouped by the pages that use it. Small groups are merged with neighbours.
  { name: 'library', priority: 2, test: isLibrary, ...SHARED },
  { name: 'shared', priority: 2, test: isCommon, ...SHARED },
  { name: 'drag', priority: 4, test: DRAG },
  { name: 'dates', priority: 1, test: DATES },
  { name: 'rare-inputs', priority: 1, test: RARE_INPUTS },
  { name: 'views', test: VIEWS, priority: 1 },
  { name: 'list-tools', test: LIST_TOOLS, priority: 1 },
  { name: 'changes', test: CHANGES, priority: 1 },
  { name: 'frame-dialogs', test: FRAME_DIALOGS, priority: 1 },
  // Pages, dialogs and panels of a feature load together.
  { name: featureOf, debugName: 'features', priority: 1 },
  // After the feature, whose own modules these import.
  { name: 'field-editors', test: FIELD_EDITORS, priority: 0 },
  { name: 'deal-panels', test: DEAL_PANELS, priority: 0 },
  { name: 'home-blocks', test: HOME_BLOCKS, priority: 6 },
  { name: 'task-dialog', test: TASK_DIALOG, priority: 0 },
];

function isLibrary(id: string): boolean {
  return id.includes('/node_modules/') && !DATES.test(id);
}

function isCode(id: string): boolean {
  return !TEXTS.test(id) && !DATES.test(id);
}

/** Code of a feature stays with it: no other feature may import it. */
function isCommon(id: string): boolean {
  return (
    isCode(id) &&
    !featureOf(id) &&
    ![VIEWS, FIELD_EDITORS, DEAL_PANELS, TASK_DIALOG, TEMPLATE_LIST, LIST_TOOLS, CHANGES, FRAME_DIALOGS].some(
      (own) => own.test(id),
    )
  );
}

function featureOf(id: string): string | null {
  if ([FIELD_EDITORS, DEAL_PANELS, TASK_DIALOG].some((own) => own.test(id))) return null;
  const feature = (isCode(id) && /\/apps\/web\/src\/features\/([\w-]+)\//.exec(id)?.[1]) || null;
  // Both are small, and write and show the same kind of text.
  return feature === 'comments' ? 'notes' : feature;
}
