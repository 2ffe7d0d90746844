import { getOwnLayouts, type OwnLayout } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { recordKeys } from './record-keys';

export type { OwnLayout };

/** The layouts of an object that apply to the user. None means that pages follow the object's description. */
export function ownLayoutsQuery(object: string) {
  return queryOptions({
    queryKey: [...recordKeys.layouts, object] as const,
    queryFn: async ({ signal }): Promise<OwnLayout[]> =>
      (await getOwnLayouts({ path: { key: object }, signal })).data,
    staleTime: 5 * 60_000,
  });
}
