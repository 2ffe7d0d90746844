import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Most renamed records of one job, as many as its payload holds. */
export const MOST_FOLLOWED = 250;

/** Brings the documents of all records up to date that name one of these, which have new names. */
export const followNamesJob = defineJob({
  name: 'search.follow-names',
  schema: z.object({ object: z.string(), ids: z.array(z.uuid()).max(MOST_FOLLOWED) }),
  attempts: 20,
  timeoutMs: 3_600_000,
});
