import { defineOutbound, mailChannel } from '@pellucid/platform/outbound';
import { z } from 'zod';

/** Mails what has concerned a person: soon afterwards, or once a day. */
export const notificationMail = defineOutbound({
  name: 'notifications.mail',
  channel: mailChannel,
  schema: z.object({ memberId: z.uuid(), way: z.enum(['mail', 'digest']) }),
});
