import { defineOutbound, mailChannel } from '@pellucid/platform/outbound';
import { z } from 'zod';

/**
 * Tells a person that their password was changed. It is asked for before the change, so that it can't be lost, and made only if
 * the change took place.
 */
export const passwordChangedMail = defineOutbound({
  name: 'identity.password-changed',
  channel: mailChannel,
  schema: z.object({
    identityId: z.uuid(),
    before: z.string().meta({ description: 'Digest of the earlier hash.' }),
  }),
});
