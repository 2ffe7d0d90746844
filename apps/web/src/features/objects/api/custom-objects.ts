import {
  changeCustomObject,
  createCustomObject,
  type CustomObject,
  type CustomObjectChange,
  type CustomObjectCreate,
  type CustomObjectList,
  deleteCustomObject,
  getCustomObject,
  listCustomObjects,
  restoreCustomObject,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { recordKeys } from '@/records/api/record-keys';

export type { CustomObject, CustomObjectChange, CustomObjectCreate };

const all = ['custom-objects'] as const;

/** The objects that the company made, and how many it can have. */
export const customObjectsQuery = queryOptions({
  queryKey: [...all, 'present'],
  queryFn: ({ signal }): Promise<CustomObjectList> => listCustomObjects({ signal }),
});

/** Deleted objects that can be restored. */
export const deletedObjectsQuery = queryOptions({
  queryKey: [...all, 'deleted'],
  queryFn: async ({ signal }): Promise<CustomObject[]> =>
    (await listCustomObjects({ query: { deleted: 'true' }, signal })).data,
});

/** One object with the number of records that it has now. */
export function customObjectQuery(id: string) {
  return queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: ({ signal }): Promise<CustomObject> => getCustomObject({ path: { id }, signal }),
    staleTime: 0,
  });
}

/** Fetches again what depends on objects: the navigation and all pages of records are drawn from their descriptions. */
async function refreshed<T>(work: Promise<T>): Promise<T> {
  const done = await work;
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: all }),
    queryClient.invalidateQueries({ queryKey: recordKeys.objects }),
  ]);
  return done;
}

const ifMatch = ({ version }: CustomObject) => ({ 'If-Match': `"${version}"` });

export function addObject(body: CustomObjectCreate): Promise<CustomObject> {
  return refreshed(createCustomObject({ body }));
}

/** Changes an object. Fails with 412 if somebody else changed it since it was read. */
export function saveObject(object: CustomObject, body: CustomObjectChange): Promise<CustomObject> {
  return refreshed(changeCustomObject({ path: { id: object.id }, body, headers: ifMatch(object) }));
}

/** Deletes an object. @param records `refuse` if it has any, or `delete` them with it */
export async function removeObject(object: CustomObject, records: 'refuse' | 'delete'): Promise<void> {
  await refreshed(
    deleteCustomObject({ path: { id: object.id }, query: { records }, headers: ifMatch(object) }),
  );
}

export function restoreObject({ id }: CustomObject): Promise<CustomObject> {
  return refreshed(restoreCustomObject({ path: { id } }));
}
