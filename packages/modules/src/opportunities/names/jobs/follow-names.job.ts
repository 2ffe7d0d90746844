import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';
import { NAMING } from '../composed-names.js';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Composes the names of deals anew after records that they are named after got other names. It may be repeated. */
export const followNamesJob = defineJob({
  name: 'opportunities.follow-names',
  schema: z.object({ object: z.enum(NAMING), ids: z.array(z.uuid()) }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
