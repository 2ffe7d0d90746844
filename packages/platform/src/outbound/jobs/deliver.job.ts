import { z } from 'zod';
import { defineJob } from '../../jobs/index.js';

/** Makes one attempt at sending a message. Attempts at the message are counted in its own row, not by the job. */
export const deliverJob = defineJob({
  name: 'outbound.deliver',
  schema: z.object({ messageId: z.uuid() }),
  timeoutMs: 60_000,
});
