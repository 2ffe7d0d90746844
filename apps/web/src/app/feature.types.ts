import type { TablerIcon } from '@tabler/icons-react';
import type { Condition } from '@pellucid/conditions';
import type { ComponentType, ReactNode } from 'react';
import type { FieldDescription, ObjectDescription, RecordData } from '@/records/object-description';

export interface FeatureRoute {
  /** "/imports", "/imports/$id". Static paths take precedence over the lists of objects. */
  path: string;
  /** `public` pages are for people who aren't logged in, and have no shell. */
  layout?: 'app' | 'public';
  /** Loaded on demand. The module's default export is the page. Name the file `<name>-page.tsx`. */
  page: () => Promise<{ default: ComponentType }>;
  /** Other features whose texts the page uses. Its own load with it. */
  texts?: string[];
}

export interface FeatureNavItem {
  to: string;
  /** Catalogue key with its namespace, "entries:imports.nav". */
  labelKey: string;
  icon: TablerIcon;
  /** `work` is above the objects, `manage` below them. */
  section: 'work' | 'manage';
  /** Lower numbers come first. */
  order: number;
  /** Permission required to show the item. */
  permission?: string;
  /** Action that the user must be allowed to do with some object for the item to show. */
  action?: string;
}

export interface SpotlightAction {
  key: string;
  labelKey: string;
  icon: TablerIcon;
  to: string;
  /** Permission required to offer the action. */
  permission?: string;
}

/** A part of the settings, listed in their navigation. Its page is inside a `SettingsLayout` with the same key. */
export interface SettingsPart {
  key: string;
  to: string;
  labelKey: string;
  icon: TablerIcon;
  /** Lower numbers come first. */
  order: number;
  /** Permission required to show the part. */
  permission?: string;
  /** Object whose description the user must have for the part to show. */
  object?: string;
}

export type RecordAction = ComponentType<{ object: ObjectDescription; record: RecordData }>;
export type ListAction = ComponentType<{ object: ObjectDescription }>;

export interface SelectionActionProps {
  object: ObjectDescription;
  /** The selected records, without those that the list doesn't show any more. */
  ids: string[];
  /** All records of the list: what asks for them, and how many they are, for people. */
  matching?:
    | { request: { filter?: Condition; q?: string; view?: string; all?: true }; countText: string }
    | undefined;
  /** Deselects the records. */
  onDone: () => void;
}

export type SelectionAction = ComponentType<SelectionActionProps>;

export interface FormToolProps {
  object: ObjectDescription;
  /** Set when editing. */
  record: RecordData | undefined;
  /** The fields that the user fills in. */
  fields: () => FieldDescription[];
  /** What the form holds, by field key. */
  values: () => Record<string, unknown>;
  /** Changes what the form holds, and saves nothing. */
  fill: (values: Record<string, unknown>) => void;
}

export type FormTool = ComponentType<FormToolProps>;

export interface RecordMenuItem {
  key: string;
  labelKey: string;
  icon: TablerIcon;
  /** Permission required to show the entry. */
  permission?: string;
  /** What it does, unless it opens a page. */
  onSelect?: (object: ObjectDescription, record: RecordData) => void;
  /** The page that it opens. */
  to?: (record: RecordData) => { to: string; search?: Record<string, string> };
}

export interface RecordPanel {
  /** Identifies the tab in the URL. */
  key: string;
  labelKey: string;
  Panel: RecordAction;
  /** Whether it comes before all other tabs. */
  isFirst?: boolean;
  /** Every object has it, so it comes after what an object has for itself. */
  isCommon?: boolean;
  /** The records that it shows: those of this object that refer to the record by this field. The overview leaves them out. */
  shows?: { object: string; field: string };
}

/** What a section of the navigation is drawn with, so that it looks like the others. */
export interface NavPartProps {
  Section: ComponentType<{ title?: string; children: ReactNode }>;
  /** Styles of a link and its icon. */
  classes: Readonly<Record<string, string>>;
}

export interface HomeBlockProps {
  /** Whose records it is to show; those of everybody if it is undefined. */
  owner: string | undefined;
}

/** A block of the home page, in a file named `<name>-block.tsx`. It loads after the page, at the place that is kept for it. */
export interface HomeBlock {
  key: string;
  /** Catalogue key of its title, with the namespace of the texts that load with it. */
  labelKey: string;
  /** The column on wide screens. */
  column: 'wide' | 'narrow';
  /** Lower numbers come first. */
  order: number;
  /** What is kept free for it, in pixels: its height while it is full. */
  height: number;
  /** Objects whose descriptions the user must have for the block to show. */
  needs?: string[];
  Block: ComponentType<HomeBlockProps>;
}

/**
 * What a feature adds to the app: `export default` of src/features/<name>/index.ts. These files are part of the first
 * load, so pages, dialogs and panels are loaded with `lazyPart()` or `page`, and texts that these files show themselves
 * are in `locales/entry.<language>.json`.
 */
export interface FeatureDefinition {
  routes?: FeatureRoute[];
  navItems?: FeatureNavItem[];
  settingsParts?: SettingsPart[];
  spotlightActions?: SpotlightAction[];
  /** Buttons in the header of a record of this object. The components' names serve as keys. */
  recordActions?: (object: ObjectDescription) => RecordAction[];
  /** Entries of the "…" menu of a record of this object. They are data, because menus aren't part of the first load. */
  recordMenu?: (object: ObjectDescription) => RecordMenuItem[];
  /** Additional tabs of a record of this object. */
  recordPanels?: (object: ObjectDescription) => RecordPanel[];
  /** Buttons beside "New" over a list of this object. */
  listActions?: (object: ObjectDescription) => ListAction[];
  /** Sections of the navigation below the records. */
  navParts?: ComponentType<NavPartProps>[];
  /** Buttons over a list of this object while records are selected. */
  selectionActions?: (object: ObjectDescription) => SelectionAction[];
  /** Tools in the head of the form of this object. They load after the form. */
  formTools?: (object: ObjectDescription) => FormTool[];
  /** Blocks of the home page. */
  homeBlocks?: HomeBlock[];
  /** Rendered once above every page for logged-in users: dialogs that can open from anywhere. */
  overlays?: ComponentType[];
}
