import { getMe } from '@pellucid/api-client';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { chooseLanguage, i18n } from '../i18n/i18n';
import { currentSession, refreshSession } from './session';
import type { Me } from './session.types';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me> => {
    const me = await getMe({ signal });
    // The saved language applies wherever the user logs in.
    const { language } = me.user;
    if (language && language !== i18n.language) await chooseLanguage(language);
    const session = currentSession();
    // The company now requires a second factor. Refreshing tells the session, and the router redirects.
    if (me.secondFactorPending && session.status === 'signed-in' && !session.secondFactorPending)
      await refreshSession(session.accessToken);
    return me;
  },
  staleTime: 60_000,
});

/** Who is logged in, to which company, and what they may do. Use it only inside the logged-in layout. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
