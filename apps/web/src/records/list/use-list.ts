import type { Condition } from '@pellucid/conditions';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useMe } from '@/lib/session/use-me';
import { infiniteListQuery, type ListRequest } from '../api/list-records';
import { bothConditions } from '../filters/filter-model';
import { viewsQuery } from '../views/saved-views';
import {
  columnOf,
  contentOf,
  realChanges,
  settled,
  shownContent,
  toApiSort,
  VIEW_PARTS,
  type ViewContent,
} from '../views/view-model';
import { defaultColumns } from './default-columns';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import { hadDefaultView, noteDefaultView, rememberColumns, rememberedColumns } from './column-memory';
import { LIST_VIEWS, type ListSearch, type ListView, nextSort, readListSearch } from './list-search';

/** The condition that a view adds to the user's filter and order. */
function viewCondition(view: string | undefined, memberId: string): Condition | undefined {
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

/** A column that is shown. */
export interface ShownColumn {
  field: FieldDescription;
  width: number | undefined;
  isPinned: boolean;
}

/** The state of a list from the URL: its view with the changes of it, and functions that change it. */
export function useListState(object: ObjectDescription) {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => readListSearch(raw), [raw]);
  const navigate = useNavigate();
  const { tenant } = useMe();
  const views = useQuery(viewsQuery(object.key));

  const isBare = search.view === undefined && VIEW_PARTS.every((part) => search[part] === undefined);
  const defaultView = views.data?.defaultView;
  useEffect(() => {
    if (views.data) noteDefaultView(tenant.id, object.key, views.data.defaultView !== null);
  }, [views.data, tenant.id, object.key]);
  const viewId = search.view ?? (isBare && !search.q ? (defaultView ?? undefined) : undefined);
  const isSavedId = viewId !== undefined && !LIST_VIEWS.some((each) => each === viewId);
  const view = isSavedId ? views.data?.data.find(({ id }) => id === viewId) : undefined;
  // A list without a view is not kept waiting, unless the user's role started with one before.
  const isWaiting = views.isPending && (isSavedId || (isBare && hadDefaultView(tenant.id, object.key)));

  const saved: ViewContent = useMemo(() => (view ? contentOf(object, view) : {}), [object, view]);
  const content = useMemo(() => shownContent(saved, search), [saved, search]);
  const kind = search.kind ?? view?.kind ?? 'list';

  const changeSearch = (change: (current: ListSearch) => Partial<ListSearch>) =>
    void navigate({
      to: '.',
      // The current URL may be newer than the one last rendered.
      search: (current: Record<string, unknown>) => {
        const before = readListSearch(current);
        const next: ListSearch = { ...before, ...(viewId && { view: viewId }), ...change(before) };
        const { q, view: nextView, peek, month, ...changes } = next;
        const kept = nextView === viewId ? settled(saved, changes) : changes;
        const isOwnKind = kept.kind === (view?.kind ?? 'list') && nextView === viewId;
        return Object.fromEntries(
          Object.entries({
            ...kept,
            ...(isOwnKind && { kind: undefined }),
            q,
            view: nextView,
            peek,
            month,
          }).filter(([, value]) => value !== undefined),
        );
      },
      replace: true,
    } as never);
  const setSearch = (change: Partial<ListSearch>) => changeSearch(() => change);
  /** Changes parts of the view; undefined removes one. */
  const setContent = (change: { [Part in keyof ViewContent]?: ViewContent[Part] | undefined }) =>
    setSearch(
      Object.fromEntries(
        Object.entries(change).map(([part, value]) => [
          part,
          value ?? (saved[part as keyof ViewContent] === undefined ? undefined : null),
        ]),
      ),
    );

  const tokens = content.columns ?? (view ? undefined : rememberedColumns(tenant.id, object.key));
  const columns = useShownColumns(object, tokens);
  return {
    search,
    setSearch,
    setContent,
    views: views.data,
    view,
    /** The ID of the view, or the name of one that every list has. */
    viewId: viewId ?? 'all',
    isWaiting,
    /** The URL names a view that the user does not see. */
    isViewMissing: isSavedId && views.isSuccess && !view,
    kind,
    content,
    changes: realChanges(saved, search),
    isModified:
      Object.keys(realChanges(saved, search)).length > 0 || (view !== undefined && kind !== view.kind),
    sort: content.sort ?? (viewId === 'recent' ? '-updatedAt' : undefined),
    /** What a click on a header does. */
    toggleSort: (key: string, isAdded: boolean) => setContent({ sort: nextSort(content.sort, key, isAdded) }),
    columns,
    setColumns: (next: string[] | undefined) => {
      if (!view) rememberColumns(tenant.id, object.key, next);
      setContent({ columns: next });
    },
  };
}

export type ListState = ReturnType<typeof useListState>;

/** In: columns as the URL names them. Out: the ones the object has, pinned ones first. */
function useShownColumns(object: ObjectDescription, tokens: string[] | undefined): ShownColumn[] {
  // The same array while the columns stay the same, because rows are redrawn when it changes.
  const text = (tokens ?? defaultColumns(object)).join();
  return useMemo(() => {
    const shown = text.split(',').flatMap((token): ShownColumn[] => {
      const { key, width, isPinned = false } = columnOf(token);
      const field = fieldOf(object, key);
      return field ? [{ field, width, isPinned: isPinned || key === object.nameField }] : [];
    });
    return [...shown.filter(({ isPinned }) => isPinned), ...shown.filter(({ isPinned }) => !isPinned)];
  }, [object, text]);
}

/** What the list asks the API for. */
export function requestOf(state: ListState, memberId: string): ListRequest {
  const sort = toApiSort(state.sort);
  return {
    ...(sort && { sort }),
    ...(state.search.q && { q: state.search.q }),
    filter: bothConditions(viewCondition(state.viewId, memberId), state.content.filter),
  };
}

/** The state of a list and its loaded rows. */
export function useList(object: ObjectDescription) {
  const state = useListState(object);
  const { user } = useMe();
  const request = requestOf(state, user.memberId);
  const isRead = !state.isWaiting && !state.isViewMissing && state.kind === 'list';
  const query = useInfiniteQuery({ ...infiniteListQuery(object, request), enabled: isRead });
  const rows = useMemo(
    () => query.data?.pages.flatMap((page) => page.data) ?? ([] as RecordData[]),
    [query.data],
  );
  return {
    ...state,
    request,
    query,
    rows,
    count: query.data?.pages[0]?.count,
    recalculating: query.data?.pages[0]?.meta?.recalculating,
    isNarrowed: Boolean(
      state.search.q || state.content.filter || (state.viewId !== 'all' && state.viewId !== 'recent'),
    ),
  };
}
