/** What a view says about a list, and the part of it that the URL changes. Pure, so that tests need no browser. */
import type { View } from '@pellucid/api-client';
import { type Condition, FIELD_TYPES } from '@pellucid/conditions';
import { type FieldDescription, fieldOf, type ObjectDescription } from '../object-description';
import { PERSON_NAME } from '../object-normalisation';

export const VIEW_KINDS = ['list', 'board', 'calendar'] as const;
export type ViewKind = (typeof VIEW_KINDS)[number];

export const ROW_HEIGHTS = ['compact', 'normal', 'tall'] as const;
export type RowHeight = (typeof ROW_HEIGHTS)[number];

export const VIEW_COLOURS = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'gray'] as const;

/** A figure over the records of a group. */
export interface ViewTotal {
  fn: 'sum' | 'avg' | 'min' | 'max';
  field: string;
}

export interface ViewGroup {
  field: string;
  by?: 'day' | 'week' | 'month' | 'quarter' | 'year';
  totals?: ViewTotal[];
}

export interface ColourRule {
  when: Condition;
  colour: (typeof VIEW_COLOURS)[number];
}

export interface BoardColumnChoice {
  value: string | null;
  limit?: number;
  isHidden?: boolean;
}

export interface BoardLayout {
  field: string;
  totals?: ViewTotal[];
  columns?: BoardColumnChoice[];
}

/** The parts of a view, in the app's own keys of columns and orders. */
export interface ViewContent {
  filter?: Condition;
  sort?: string;
  /** See {@link columnOf}. */
  columns?: string[];
  group?: ViewGroup;
  rowHeight?: RowHeight;
  colours?: ColourRule[];
  board?: BoardLayout;
  calendar?: { field: string };
}

export type ViewPart = keyof ViewContent;
export const VIEW_PARTS: ViewPart[] = [
  'filter',
  'sort',
  'columns',
  'group',
  'rowHeight',
  'colours',
  'board',
  'calendar',
];

/** What the URL says of a list: changes of its view. Null removes a part. */
export type ViewChanges = { [Part in ViewPart]?: ViewContent[Part] | null } & { kind?: ViewKind };

/** What a change of the view takes back. */
export const UNCHANGED = {
  filter: undefined,
  sort: undefined,
  columns: undefined,
  group: undefined,
  rowHeight: undefined,
  colours: undefined,
  board: undefined,
  calendar: undefined,
  kind: undefined,
} as const;

/** A column as the URL writes it: `key`, `key:120` with a width, `key:120:p` pinned. */
export interface Column {
  key: string;
  width?: number;
  isPinned?: boolean;
}

/** In: a column of the URL. Out: its parts. */
export function columnOf(token: string): Column {
  const [key = '', width = '', pin] = token.split(':');
  const pixels = Number.parseInt(width, 10);
  return {
    key,
    ...(pixels >= 60 && pixels <= 1200 && { width: pixels }),
    ...(pin === 'p' && { isPinned: true }),
  };
}

/** The reverse of {@link columnOf}. */
export function columnToken({ key, width, isPinned }: Column): string {
  return isPinned ? `${key}:${width ?? ''}:p` : width ? `${key}:${width}` : key;
}

/** Whether a record's name is a column that the app composes of several fields. */
const isComposed = (object: ObjectDescription) => object.nameField === PERSON_NAME;

/** In: sort keys of the app. Out: those of the API, which knows no composed name. */
export function toApiSort(sort: string | undefined): string | undefined {
  const keys = sort
    ?.split(',')
    .flatMap((key) =>
      key.replace(/^-/, '') === PERSON_NAME
        ? ['lastName', 'firstName'].map((name) => key.replace(PERSON_NAME, name))
        : [key],
    );
  return keys?.slice(0, 3).join(',') || undefined;
}

/** The reverse of {@link toApiSort}. */
export function fromApiSort(object: ObjectDescription, sort: string): string {
  return isComposed(object) ? sort.replace(/(-?)lastName,\1firstName/, `$1${PERSON_NAME}`) : sort;
}

/** In: a saved view. Out: its content in the app's keys. */
export function contentOf(object: ObjectDescription, view: Pick<View, 'content'>): ViewContent {
  const { sort, columns, ...rest } = view.content;
  const keyOf = (field: string) => (field === 'name' && !fieldOf(object, field) ? object.nameField : field);
  return {
    ...(rest as Omit<ViewContent, 'sort' | 'columns'>),
    ...(sort && { sort: fromApiSort(object, sort) }),
    ...(columns && {
      columns: columns.map(({ field, ...more }) => columnToken({ key: keyOf(field), ...more })),
    }),
  };
}

/** In: parts of a view; null for those to remove. Out: the same as the API takes them. */
export function toApiContent(changes: Omit<ViewChanges, 'kind'>): Record<string, unknown> {
  const { sort, columns, ...rest } = changes;
  return {
    ...rest,
    ...(sort !== undefined && { sort: sort === null ? null : toApiSort(sort) }),
    ...(columns !== undefined && {
      columns: columns?.map((token) => {
        const { key, ...more } = columnOf(token);
        return { field: key === PERSON_NAME ? 'name' : key, ...more };
      }),
    }),
  };
}

/** The view as it is shown: what was saved, with the changes of the URL. */
export function shownContent(saved: ViewContent, changes: ViewChanges): ViewContent {
  const shown: Record<string, unknown> = { ...saved };
  for (const part of VIEW_PARTS) if (changes[part] !== undefined) shown[part] = changes[part];
  return Object.fromEntries(
    Object.entries(shown).filter(([, value]) => value !== null && value !== undefined),
  ) as ViewContent;
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The parts of a view that the URL really changes. */
export function realChanges(saved: ViewContent, changes: ViewChanges): Omit<ViewChanges, 'kind'> {
  return Object.fromEntries(
    VIEW_PARTS.filter((part) => changes[part] !== undefined && !isSame(changes[part], saved[part])).map(
      (part) => [part, changes[part]],
    ),
  );
}

/** The changes without one that says what was saved anyway, so that undoing a change by hand leaves the view unmodified. */
export function settled(saved: ViewContent, changes: ViewChanges): ViewChanges {
  const kept = realChanges(saved, changes);
  return changes.kind ? { ...kept, kind: changes.kind } : kept;
}

/** Fields by which records can be grouped in columns or sections: those with few values. */
export function groupableFields(object: ObjectDescription, isListed: (field: FieldDescription) => boolean) {
  return object.fields.filter(
    (field) => field.filterable && !field.isSystem && !FIELD_TYPES[field.type].isDocument && isListed(field),
  );
}
