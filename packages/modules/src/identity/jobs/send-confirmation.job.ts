import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/**
 * Mails the link that confirms a person's address. Runs in one of the person's companies, because jobs belong to
 * tenants.
 */
export const sendConfirmationJob = defineJob({
  name: 'identity.send-confirmation',
  schema: z.object({ identityId: z.uuid() }),
  timeoutMs: 60_000,
});
