import { changeMe } from '@pellucid/api-client';
import { chooseLanguage, type Language } from '../i18n/i18n';
import { queryClient } from '../query-client';
import { meQuery } from './use-me';

/** Saves the language with the user's log-in and switches to it. */
export async function changeOwnLanguage(language: Language): Promise<void> {
  const me = await changeMe({ body: { language } });
  queryClient.setQueryData(meQuery.queryKey, me);
  await chooseLanguage(language);
}
