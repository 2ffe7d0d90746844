import type { TablerIcon } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';

export interface FeatureRoute {
  /** "/imports", "/imports/$id". Static paths win over the lists of objects. */
  path: string;
  /** `public` pages need nobody signed in and stand outside the shell. */
  layout?: 'app' | 'public';
  /** Loaded on demand; the module's default export is the page. Name the file `<name>-page.tsx`. */
  page: () => Promise<{ default: ComponentType }>;
}

export interface FeatureNavItem {
  to: string;
  /** Catalogue key with its namespace, "imports:nav". */
  labelKey: string;
  icon: TablerIcon;
  /** `work` stands above the objects, `manage` below them. */
  section: 'work' | 'manage';
  /** Lower first. */
  order: number;
  /** Permission without which the item is not shown. */
  permission?: string;
}

export interface SpotlightAction {
  key: string;
  labelKey: string;
  icon: TablerIcon;
  to: string;
  /** Permission without which the action is not offered. */
  permission?: string;
}

/** A part of the settings, in the navigation beside them. Its page stands in a `SettingsLayout` of the same key. */
export interface SettingsPart {
  key: string;
  to: string;
  labelKey: string;
  icon: TablerIcon;
  /** Lower first. */
  order: number;
  /** Permission without which the part is not shown. */
  permission?: string;
  /** Object without which the part is not shown. */
  object?: string;
}

export type RecordAction = ComponentType<{ object: ObjectDescription; record: RecordData }>;
export type ListAction = ComponentType<{ object: ObjectDescription }>;

export interface RecordMenuItem {
  key: string;
  labelKey: string;
  icon: TablerIcon;
  /** Permission without which the entry is not shown. */
  permission?: string;
  onSelect: (object: ObjectDescription, record: RecordData) => void;
}

export interface RecordPanel {
  /** Names the tab in the URL. */
  key: string;
  labelKey: string;
  Panel: RecordAction;
}

/**
 * What a feature adds to the app: `export default` of src/features/<name>/index.ts. These files are part of
 * the first load, so pages, dialogs and panels are given as `lazy()` or by `page`.
 */
export interface FeatureDefinition {
  routes?: FeatureRoute[];
  navItems?: FeatureNavItem[];
  settingsParts?: SettingsPart[];
  spotlightActions?: SpotlightAction[];
  /** Buttons in the header of a record of this object. Components need names, they are their keys. */
  recordActions?: (object: ObjectDescription) => RecordAction[];
  /** Entries of the "…" menu of a record of this object; data, since menus are no part of the first load. */
  recordMenu?: (object: ObjectDescription) => RecordMenuItem[];
  /** Further tabs of a record of this object. */
  recordPanels?: (object: ObjectDescription) => RecordPanel[];
  /** Buttons beside "New" over a list of this object. */
  listActions?: (object: ObjectDescription) => ListAction[];
  /** Drawn once over every page for people signed in: dialogs that open from anywhere. */
  overlays?: ComponentType[];
}
