import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { i18n } from '@/lib/i18n/i18n';
import { viewedRole } from '@/lib/session/view-as';
import type { ObjectDescription } from '../object-description';
import { type DescribedObject, normaliseObject } from '../object-normalisation';
import { recordKeys } from './record-keys';

async function describeObjects(): Promise<ObjectDescription[]> {
  const answer = await client.get({ url: `${API_ROOT}/objects` });
  const { data } = answer as unknown as { data: DescribedObject[] };
  const label = (key: string) => i18n.t(`records:added.${key}`);
  const labels = {
    name: label('name'),
    system: label('system'),
    createdAt: label('createdAt'),
    createdBy: label('createdBy'),
    updatedAt: label('updatedAt'),
    updatedBy: label('updatedBy'),
  };
  return data.map((object) => normaliseObject(viewedRole() ? readOnly(object) : object, labels));
}

/** Viewing as a role is read-only: removes all rights to write, whatever the role has. */
function readOnly(object: DescribedObject): DescribedObject {
  const actions = Object.keys({ create: false, update: false, delete: false, ...object.permissions });
  const permissions = Object.fromEntries(
    actions.map((action) => [action, action === 'read' && object.permissions?.[action] !== false]),
  );
  return {
    ...object,
    permissions: permissions as NonNullable<DescribedObject['permissions']>,
    rolePermissions: object.permissions ?? {},
  };
}

export const objectsQuery = queryOptions({
  queryKey: recordKeys.objects,
  queryFn: describeObjects,
  staleTime: 5 * 60_000,
});

/** Every object that the user may view, in the API's order. */
export function useObjects(): ObjectDescription[] {
  return useSuspenseQuery(objectsQuery).data;
}

/** Like {@link useObject}, but without a subscription, for values in lists whose page already has one. */
export function knownObject(key: string | undefined): ObjectDescription | undefined {
  return queryClient.getQueryData(objectsQuery.queryKey)?.find((object) => object.key === key);
}

/** In: an object's key ("account"). Out: its description; undefined if the user may not view it. */
export function useObject(key: string | undefined): ObjectDescription | undefined {
  const objects = useObjects();
  return objects.find((object) => object.key === key);
}
