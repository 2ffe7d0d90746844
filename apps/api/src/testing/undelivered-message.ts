import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import type { TestApi } from './api-process.js';

/** A message that did not leave, or may not have. Nothing here knows its kind, so it is not sent when it is sent again. */
export async function undeliveredMessage(
  api: TestApi,
  tenantId: string,
  { state = 'failed', reason = '550', kind = 'sample.message' } = {},
): Promise<string> {
  const id = newId();
  await runInContext(newContext({ tenantId, correlationId: id }), () =>
    api.app.get(UnitOfWorkFactory).run((uow) =>
      uow.run({
        text: `insert into outbound_message (tenant_id, id, kind, channel, reference, state, reason, attempts, ended_at)
               values ($1, $2, $3, 'mail', '{}', $4, $5, 1, now())`,
        values: [tenantId, id, kind, state, reason],
      }),
    ),
  );
  return id;
}
