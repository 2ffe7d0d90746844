/** Where the user was in each list, so that going back to it lands there again. Forgotten with the tab. */
import type { VirtualItem } from '@tanstack/react-virtual';
import type { ListSearch } from './list-search';

/** Where a list was when the user left it. */
export interface ListPlace {
  /** Pixels scrolled down. */
  offset?: number;
  /** Pixels scrolled to the right. */
  left?: number;
  /** Rows as a virtual list measured them. */
  rows?: VirtualItem[];
  /** Index of the active row; -1 for none. */
  active?: number;
  /** Open groups, with the number of pages of each. */
  groups?: Record<string, number>;
}

/** Lists of other filters and views are other lists; so are the columns of a board. */
const MOST = 200;
const places = new Map<string, ListPlace>();
const lists = new Map<string, LastList>();

/** The address of a list. */
export interface LastList {
  to: string;
  search: object;
}

/** In: a list's path and state. Out: the name of the list. */
export function listName(path: string, { peek: _, ...search }: ListSearch): string {
  return `${path} ${JSON.stringify(search)}`;
}

/** The place in a list that the user left. */
export function placeIn(list: string): ListPlace | undefined {
  return places.get(list);
}

/** Remembers something of the place in a list; the rest stays as it is. */
export function notePlace(list: string, place: ListPlace): void {
  const known = places.get(list);
  places.delete(list);
  places.set(list, { ...known, ...place });
  const [oldest] = places.keys();
  if (places.size > MOST && oldest !== undefined) places.delete(oldest);
}

/** Remembers the list or board of an object that the user sees. @param to its path, if it is not the object's */
export function noteList(
  path: string,
  { peek: _, ...search }: { peek?: string | undefined },
  to = path,
): void {
  lists.set(path, { to, search });
}

/** The list or board of an object that the user saw last, for going back to it. */
export function lastList(path: string): LastList {
  return lists.get(path) ?? { to: path, search: {} };
}
