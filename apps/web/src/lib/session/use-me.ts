import { getMe } from '@pellucid/api-client';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { currentSession, refreshSession } from './session';
import type { Me } from './session.types';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me> => {
    const me = await getMe({ signal });
    const session = currentSession();
    // The company has begun to require a second factor: the session learns it, and the router leads on.
    if (me.secondFactorPending && session.status === 'signed-in' && !session.secondFactorPending)
      await refreshSession(session.accessToken);
    return me;
  },
  staleTime: 60_000,
});

/** Who is signed in, where, and what they may do. Only below the signed-in layout. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
