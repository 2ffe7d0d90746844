import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Mails the link for a new password. Runs in one of the person's companies, because jobs belong to tenants. */
export const sendPasswordResetJob = defineJob({
  name: 'identity.send-password-reset',
  schema: z.object({ identityId: z.uuid() }),
  timeoutMs: 60_000,
});
