import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Mails the link of an invitation. */
export const sendInvitationJob = defineJob({
  name: 'identity.send-invitation',
  schema: z.object({ invitationId: z.uuid() }),
  timeoutMs: 60_000,
});
