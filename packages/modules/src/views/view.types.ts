import type { Condition } from '@pellucid/conditions';
import type { ViewNotes } from '@pellucid/platform/records';

/** How a view shows records. */
export const VIEW_KINDS = ['list', 'board', 'calendar'] as const;
export type ViewKind = (typeof VIEW_KINDS)[number];

/** Colours that a view can mark records with. */
export const VIEW_COLOURS = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'gray'] as const;

/** Heights of a list's rows. */
export const ROW_HEIGHTS = ['compact', 'normal', 'tall'] as const;

/** Figures in the header of a group or column. */
export const VIEW_TOTALS = ['sum', 'avg', 'min', 'max'] as const;

/** A figure over the records of a group. */
export interface ViewTotal {
  fn: (typeof VIEW_TOTALS)[number];
  field: string;
}

/** A column of a list. */
export interface ViewColumn {
  /** Key of a field; `name` for the record's name. */
  field: string;
  /** In pixels. */
  width?: number | undefined;
  isPinned?: boolean | undefined;
}

/** What a view says, part by part. What it leaves out is as in a list that nobody has arranged. */
export interface ViewContent {
  filter?: Condition | undefined;
  /** As in lists: `-amount,name`. */
  sort?: string | undefined;
  columns?: ViewColumn[] | undefined;
  group?:
    | {
        field: string;
        by?: 'day' | 'week' | 'month' | 'quarter' | 'year' | undefined;
        totals?: ViewTotal[] | undefined;
      }
    | undefined;
  rowHeight?: (typeof ROW_HEIGHTS)[number] | undefined;
  colours?: { when: Condition; colour: (typeof VIEW_COLOURS)[number] }[] | undefined;
  board?:
    | {
        field: string;
        totals?: ViewTotal[] | undefined;
        /** Columns in their order. Others follow. Null is the column of records without a value. */
        columns?:
          | { value: string | null; limit?: number | undefined; isHidden?: boolean | undefined }[]
          | undefined;
      }
    | undefined;
  calendar?: { field: string } | undefined;
}

/** Who else sees a view. */
export interface ViewSharing {
  everyone: boolean;
  with: ViewGrantee[];
}

/** A person or team that sees a view. */
export interface ViewGrantee {
  kind: 'member' | 'team';
  id: string;
}

/** A view as it is stored. */
export interface ViewRow {
  id: string;
  object: string;
  name: string;
  kind: ViewKind;
  content: ViewContent;
  labels: Record<string, string>;
  ownerId: string | null;
  isForEveryone: boolean;
  isPinnedForAll: boolean;
  /** Of the people and teams that exist. */
  grantees: ViewGrantee[];
  /** Roles whose holders start with it. */
  roleIds: string[];
  /** Whether the reader has pinned it. */
  isPinned: boolean;
  version: number;
  createdAt: string;
  updatedAt: string;
  updatedById: string | null;
}

/** A view as its reader may see it. */
export interface SavedView {
  id: string;
  object: string;
  name: string;
  kind: ViewKind;
  content: ViewContent;
  notes: ViewNotes;
  sharing: { everyone: boolean; with: (ViewGrantee & { name: string | null })[] };
  defaultForRoles: string[];
  isPinned: boolean;
  isPinnedForAll: boolean;
  owner: { id: string; name: string | null } | null;
  mayChange: boolean;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** A change of a view. What is left out stays as it is; a part of the content that is null is removed. */
export interface ViewChange {
  name?: string | undefined;
  kind?: ViewKind | undefined;
  content?: { [Part in keyof ViewContent]?: ViewContent[Part] | null } | undefined;
  sharing?: ViewSharing | undefined;
  defaultForRoles?: string[] | undefined;
  isPinnedForAll?: boolean | undefined;
}

/** A new view. */
export type ViewInput = ViewChange & { object: string; name: string };
