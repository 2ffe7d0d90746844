import { defineOutbound, mailChannel } from '@pellucid/platform/outbound';
import { z } from 'zod';

/** Mails the link for a new password. It leaves from one of the person's companies, because messages belong to tenants. */
export const passwordResetMail = defineOutbound({
  name: 'identity.password-reset',
  channel: mailChannel,
  schema: z.object({ identityId: z.uuid() }),
});
