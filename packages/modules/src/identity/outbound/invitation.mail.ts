import { defineOutbound, mailChannel } from '@pellucid/platform/outbound';
import { z } from 'zod';

/** Mails the link of an invitation. */
export const invitationMail = defineOutbound({
  name: 'identity.invitation',
  channel: mailChannel,
  schema: z.object({ invitationId: z.uuid() }),
});
