import { type Condition, isOperator, LINE_MATCHES } from '@pellucid/conditions';
import {
  ROW_HEIGHTS,
  VIEW_COLOURS,
  VIEW_KINDS,
  type ViewChanges,
  type ViewContent,
  type ViewKind,
} from '../views/view-model';

/** The state of a list in the URL, so that it can be shared and survives a reload: a view, and what was changed of it. */
export interface ListSearch extends ViewChanges {
  q?: string;
  /** A view of every list, or the ID of a saved one. */
  view?: string;
  /** ID of the record that is open beside the list. */
  peek?: string;
  /** The month that a calendar shows: "2026-03". */
  month?: string;
}

/** Views that every list has. */
export const LIST_VIEWS = ['all', 'mine', 'recent'] as const;
export type ListView = (typeof LIST_VIEWS)[number];

const isListView = (view: unknown): view is ListView => LIST_VIEWS.some((each) => each === view);
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isField = (value: unknown): value is { field: string } & Record<string, unknown> =>
  isObject(value) && typeof value['field'] === 'string';
const isOneOf = <Value extends string>(values: readonly Value[], value: unknown): value is Value =>
  values.some((each) => each === value);

function isCondition(value: unknown, depth = 0): value is Condition {
  if (typeof value !== 'object' || value === null || depth > 8) return false;
  const node = value as Record<string, unknown>;
  if ('all' in node || 'any' in node) {
    const children = node['all'] ?? node['any'];
    return Array.isArray(children) && children.every((child) => isCondition(child, depth + 1));
  }
  if ('lines' in node)
    return (
      typeof node['lines'] === 'string' &&
      LINE_MATCHES.some((match) => match === node['match']) &&
      isCondition(node['where'], depth + 1)
    );
  if ('not' in node) return isCondition(node['not'], depth + 1);
  return typeof node['field'] === 'string' && isOperator(node['op']);
}

/** The parts of a view that are valid. Null stays: it removes a part of the saved view. */
const VALID: { [Part in keyof ViewContent]-?: (value: unknown) => boolean } = {
  filter: (value) => isCondition(value),
  sort: (value) => typeof value === 'string' && /^-?[\w.$]+(,-?[\w.$]+){0,2}$/.test(value),
  columns: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'),
  group: (value) => isField(value) && (value['totals'] === undefined || areFields(value['totals'])),
  rowHeight: (value) => isOneOf(ROW_HEIGHTS, value),
  colours: (value) =>
    Array.isArray(value) &&
    value.every(
      (rule) => isObject(rule) && isCondition(rule['when']) && isOneOf(VIEW_COLOURS, rule['colour']),
    ),
  board: (value) =>
    isField(value) &&
    (value['totals'] === undefined || areFields(value['totals'])) &&
    (value['columns'] === undefined || (Array.isArray(value['columns']) && value['columns'].every(isObject))),
  calendar: (value) => isField(value),
};
const areFields = (value: unknown) => Array.isArray(value) && value.every(isField);

/** In: anything from the URL. Out: its valid parts, so that a broken link still opens the list. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const { q, view, kind, peek, month } = search;
  const parts = Object.entries(VALID)
    .map(([part, isValid]) => [part, search[part], isValid] as const)
    .filter(([, value, isValid]) => value === null || (value !== undefined && isValid(value)));
  return {
    ...(q !== undefined && q !== '' && { q: String(q) }),
    ...Object.fromEntries(parts.map(([part, value]) => [part, value])),
    ...(isOneOf(VIEW_KINDS, kind) && { kind: kind as ViewKind }),
    ...((isListView(view) || isId(view)) && { view }),
    ...(isId(peek) && { peek }),
    ...(typeof month === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) && { month }),
  };
}

/**
 * The order after a click on a header: ascending, descending, then the list's default.
 * @param isAdded whether it becomes a further key of the order, of at most three
 */
export function nextSort(current: string | undefined, key: string, isAdded = false): string | undefined {
  const keys = current?.split(',') ?? [];
  const at = keys.findIndex((each) => each.replace(/^-/, '') === key);
  if (!isAdded && (keys.length > 1 || at < 0)) return key;
  if (at < 0) return [...keys, key].slice(-3).join(',');
  const next = keys[at] === key ? [`-${key}`] : [];
  return keys.toSpliced(at, 1, ...next).join(',') || undefined;
}
