import { type Condition, isOperator, LINE_MATCHES } from '@pellucid/conditions';

/** The state of a list in the URL, so that it can be shared and survives a reload. */
export interface ListSearch {
  q?: string;
  /** Field key; "-" before it sorts descending. */
  sort?: string;
  filter?: Condition;
  columns?: string[];
  view?: ListView;
}

export type ListView = 'all' | 'mine' | 'recent';

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

/** In: anything from the URL. Out: its valid parts, so that a broken link still opens the list. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const { q, sort, filter, columns, view } = search;
  return {
    ...(q !== undefined && q !== '' && { q: String(q) }),
    ...(typeof sort === 'string' && /^-?[\w.$]+$/.test(sort) && { sort }),
    ...(isCondition(filter) && { filter }),
    ...(Array.isArray(columns) && columns.length > 0 && { columns: columns.map(String) }),
    ...((view === 'mine' || view === 'recent') && { view }),
  };
}

/** The sort after a click on a header: ascending, descending, then the list's default. */
export function nextSort(current: string | undefined, key: string): string | undefined {
  if (current === key) return `-${key}`;
  return current === `-${key}` ? undefined : key;
}
