import {
  changeView as apiChange,
  createView as apiCreate,
  deleteView as apiDelete,
  listViews,
  pinView as apiPin,
  unpinView as apiUnpin,
  type View,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import '@/lib/transport';

export type { View };

/** Who else sees a view. */
export interface ViewSharing {
  everyone: boolean;
  with: { kind: 'member' | 'team'; id: string }[];
}

/** What can be set of a view. */
export interface ViewWish {
  name?: string;
  kind?: View['kind'];
  content?: Record<string, unknown>;
  sharing?: ViewSharing;
  defaultForRoles?: string[];
  isPinnedForAll?: boolean;
}

/** The views of an object, and the one that the user's roles start with. */
export interface ObjectViews {
  data: View[];
  defaultView: string | null;
}

async function allViews(
  query: { object?: string; pinned?: 'true' },
  signal: AbortSignal,
): Promise<ObjectViews> {
  const data: View[] = [];
  let cursor: string | undefined;
  for (;;) {
    const answer = await listViews({ query: { ...query, ...(cursor && { cursor }) }, signal });
    data.push(...answer.data);
    if (!answer.page.nextCursor) return { data, defaultView: answer.defaultView ?? null };
    cursor = answer.page.nextCursor;
  }
}

/** Views of an object that the user sees. */
export function viewsQuery(object: string) {
  return queryOptions({
    queryKey: ['views', object],
    queryFn: ({ signal }) => allViews({ object }, signal),
    staleTime: 30_000,
  });
}

/** Views in the user's navigation. */
export const pinnedViewsQuery = queryOptions({
  queryKey: ['views', '$pinned'],
  queryFn: async ({ signal }) => (await allViews({ pinned: 'true' }, signal)).data,
  staleTime: 60_000,
});

const refresh = () => queryClient.invalidateQueries({ queryKey: ['views'] });

/** Shows a view at once, before the lists of views are fetched again. */
function remember(view: View): void {
  queryClient.setQueryData(viewsQuery(view.object).queryKey, (known) =>
    known
      ? {
          ...known,
          data: known.data.some(({ id }) => id === view.id)
            ? known.data.map((each) => (each.id === view.id ? view : each))
            : [...known.data, view],
        }
      : known,
  );
  void refresh();
}

/** Saves a new view. Throws ApiProblem with pointers to what can't be saved. */
export async function createView(wish: ViewWish & { object: string; name: string }): Promise<View> {
  const view = await apiCreate({ body: wish });
  remember(view);
  return view;
}

/** Changes a view in the version that the user saw. Throws ApiProblem, 412 if somebody else changed it. */
export async function changeView({ id, version }: View, wish: ViewWish): Promise<View> {
  try {
    const view = await apiChange({ path: { id }, body: wish, headers: { 'If-Match': `"${version}"` } });
    remember(view);
    return view;
  } catch (error) {
    // The version that the user has to look at now.
    void refresh();
    throw error;
  }
}

/** Deletes a view. */
export async function deleteView({ id }: View): Promise<void> {
  await apiDelete({ path: { id } });
  await refresh();
}

/** Puts a view into the user's navigation, or takes it out. */
export async function pinView({ id }: View, isPinned: boolean): Promise<void> {
  await (isPinned ? apiPin({ path: { id } }) : apiUnpin({ path: { id } }));
  await refresh();
}
