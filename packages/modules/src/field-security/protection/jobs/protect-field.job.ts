import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Brings the stored values of one field in line with its masking rule. It continues from its checkpoint. */
export const protectFieldJob = defineJob({
  name: 'field-security.protect-field',
  schema: z.object({
    object: z.string(),
    field: z.string(),
    kind: z.enum(['encryption', 'tokens']),
    generation: z.int(),
  }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
