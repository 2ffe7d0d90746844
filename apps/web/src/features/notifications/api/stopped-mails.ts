import * as api from '@pellucid/api-client';

/** What a mail's link says. */
export interface StopLink {
  kinds: string;
  link: string;
}

/** Returns what people call the mails that a link turns off. */
export async function describeStopLink(query: StopLink): Promise<string[]> {
  const { kinds } = await api.describeStoppedMails({ query });
  return kinds.map(({ label }) => label);
}

/** Turns off mails by a link. */
export const stopMails = (query: StopLink) => api.stopMails({ query });
