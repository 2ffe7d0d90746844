import { defineOutbound, mailChannel } from '@pellucid/platform/outbound';
import { z } from 'zod';

/**
 * Mails the link that confirms a person's address. It leaves from one of the person's companies, because messages belong
 * to tenants.
 */
export const confirmationMail = defineOutbound({
  name: 'identity.confirmation',
  channel: mailChannel,
  schema: z.object({ identityId: z.uuid() }),
});
