/** Where the user was in each list, so that going back to it lands there again. Forgotten with the tab. */
import type { ListSearch } from './list-search';

/** Where a list was when the user left it. */
export interface ListPlace {
  /** Pixels scrolled. */
  offset: number;
  /** Index of the active row; -1 for none. */
  active: number;
}

/** Lists of other filters and views are other lists. */
const MOST = 50;
const places = new Map<string, ListPlace>();
const searches = new Map<string, ListSearch>();

/** In: a list's path and state. Out: the name of the list. */
export function listName(path: string, { peek: _, ...search }: ListSearch): string {
  return `${path} ${JSON.stringify(search)}`;
}

/** The place in a list that the user left. */
export function placeIn(list: string): ListPlace | undefined {
  return places.get(list);
}

/** Remembers the place in a list. */
export function notePlace(list: string, place: ListPlace): void {
  places.delete(list);
  places.set(list, place);
  const [oldest] = places.keys();
  if (places.size > MOST && oldest !== undefined) places.delete(oldest);
}

/** Remembers the state of the last list of an object. */
export function noteSearch(path: string, { peek: _, ...search }: ListSearch): void {
  searches.set(path, search);
}

/** The state of the list of an object that the user saw last, for links back to it. */
export function lastSearch(path: string): ListSearch {
  return searches.get(path) ?? {};
}
