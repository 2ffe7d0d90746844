import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Brings the documents of all records up to date that name one of these, which have new names. */
export const followNamesJob = defineJob({
  name: 'search.follow-names',
  schema: z.object({ object: z.string(), ids: z.array(z.uuid()).max(500) }),
  attempts: 20,
  timeoutMs: 3_600_000,
});
