import {
  createLayout,
  deleteLayout,
  type DescribedObject,
  type Layout,
  type LayoutChange,
  type LayoutCreate,
  listLayouts,
  replaceLayout,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { VIEW_AS_HEADER } from '@/lib/session/view-as';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';

export type { Layout, LayoutChange, LayoutCreate };
export type LayoutKind = Layout['kind'];

const all = ['layout-settings'] as const;

/** All layouts of an object, in the order in which they are tried. */
export function layoutsQuery(object: string) {
  return queryOptions({
    queryKey: [...all, object],
    queryFn: async ({ signal }): Promise<Layout[]> =>
      (await listLayouts({ path: { key: object }, signal })).data,
  });
}

/** Keys of the fields that a role sees. Only administrators can ask. */
export function fieldsOfRoleQuery(object: string, role: string) {
  return queryOptions({
    queryKey: [...all, object, 'role', role],
    queryFn: async ({ signal }): Promise<string[]> => {
      const answer = await client.get({
        url: `${API_ROOT}/objects/${object}`,
        headers: { [VIEW_AS_HEADER]: role },
        signal,
      });
      return (answer as unknown as DescribedObject).fields.map(({ key }) => key);
    },
    retry: false,
  });
}

async function refreshed<T>(work: Promise<T>): Promise<T> {
  const done = await work;
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: all }),
    queryClient.invalidateQueries({ queryKey: recordKeys.layouts }),
  ]);
  return done;
}

export function addLayout(object: string, body: LayoutCreate): Promise<Layout> {
  return refreshed(createLayout({ path: { key: object }, body }));
}

/** Replaces a layout. Fails with 412 if somebody else changed it since it was read. */
export function saveLayout(object: string, layout: Layout, body: LayoutChange): Promise<Layout> {
  const headers = { 'If-Match': `"${layout.version}"` };
  return refreshed(replaceLayout({ path: { key: object, id: layout.id }, body, headers }));
}

export async function removeLayout(object: string, layout: Layout): Promise<void> {
  const headers = { 'If-Match': `"${layout.version}"` };
  await refreshed(deleteLayout({ path: { key: object, id: layout.id }, headers }));
}
