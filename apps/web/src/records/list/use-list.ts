import type { Condition } from '@pellucid/conditions';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMe } from '@/lib/session/use-me';
import { infiniteListQuery, type ListRequest } from '../api/list-records';
import { bothConditions } from '../filters/filter-model';
import { defaultColumns } from './default-columns';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import { toApiSort } from '../object-normalisation';
import { rememberColumns, rememberedColumns } from './column-memory';
import { type ListSearch, type ListView, nextSort, readListSearch } from './list-search';

/** The condition that a view adds to the user's filter and order. */
function viewCondition(view: ListView | undefined, memberId: string): Condition | undefined {
  return view === 'mine' ? { field: 'owner', op: 'eq', value: memberId } : undefined;
}

/** The views of an object's list: all, and those that its fields and the user's rights allow. */
export function viewsOf(object: ObjectDescription): ListView[] {
  const owner = fieldOf(object, 'owner');
  const updated = fieldOf(object, 'updatedAt');
  return [
    'all',
    ...(owner && owner.filterable !== false ? (['mine'] as const) : []),
    ...(updated?.sortable ? (['recent'] as const) : []),
  ];
}

/** The state of a list (from the URL), its loaded rows, and functions to change the state. */
export function useList(object: ObjectDescription) {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => readListSearch(raw), [raw]);
  const navigate = useNavigate();
  const { user, tenant } = useMe();
  const changeSearch = (change: (current: ListSearch) => Partial<ListSearch>) =>
    void navigate({
      to: '.',
      // The current URL may be newer than the one last rendered.
      search: (current: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries({ ...current, ...change(readListSearch(current)) }).filter(
            ([, value]) => value !== undefined,
          ),
        ),
      replace: true,
    } as never);
  const setSearch = (change: Partial<ListSearch>) => changeSearch(() => change);

  const keys = search.columns ?? rememberedColumns(tenant.id, object.key) ?? defaultColumns(object);
  // The same array while the columns stay the same, because rows are redrawn when it changes.
  const columnKeys = keys.join();
  const columns = useMemo(
    () =>
      columnKeys
        .split(',')
        .map((key) => fieldOf(object, key))
        .filter((field): field is FieldDescription => field !== undefined),
    [object, columnKeys],
  );

  const sort = search.sort ?? (search.view === 'recent' ? '-updatedAt' : undefined);
  const request: ListRequest = {
    ...(sort && { sort: toApiSort(sort) }),
    ...(search.q && { q: search.q }),
    filter: bothConditions(viewCondition(search.view, user.memberId), search.filter),
  };
  const query = useInfiniteQuery(infiniteListQuery(object, request));
  const rows = useMemo(
    () => query.data?.pages.flatMap((page) => page.data) ?? ([] as RecordData[]),
    [query.data],
  );
  return {
    search,
    setSearch,
    sort,
    /** What a click on a header does. */
    toggleSort: (key: string) => changeSearch((current) => ({ sort: nextSort(current.sort, key) })),
    columns,
    setColumns: (next: string[] | undefined) => {
      rememberColumns(tenant.id, object.key, next);
      setSearch({ columns: next });
    },
    query,
    rows,
    count: query.data?.pages[0]?.count,
    recalculating: query.data?.pages[0]?.meta?.recalculating,
    isNarrowed: Boolean(search.q || search.filter || search.view),
  };
}
