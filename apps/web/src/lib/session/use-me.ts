import { getMe } from '@pellucid/api-client';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { chooseLanguage, i18n } from '../i18n/i18n';
import { currentSession, refreshSession } from './session';
import type { Me } from './session.types';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me> => {
    const me = await getMe({ signal });
    // What the person chose holds wherever they log in.
    const { language } = me.user;
    if (language && language !== i18n.language) await chooseLanguage(language);
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
