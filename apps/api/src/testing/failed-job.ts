import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import type { TestApi } from './api-process.js';

/** A job that failed for good. Nothing here knows its name, so it stays as it is when it is replayed. */
export async function failedJob(
  api: TestApi,
  tenantId: string,
  { name = 'sample.failed', lastError = 'Error: no good', failedAt = new Date().toISOString() } = {},
): Promise<string> {
  const id = newId();
  await runInContext(newContext({ tenantId, correlationId: id }), () =>
    api.app.get(UnitOfWorkFactory).run((uow) =>
      uow.run({
        text: `insert into job (tenant_id, id, name, payload, state, attempts, error_class, last_error, correlation_id, finished_at)
               values ($1, $2, $3, $4, 'dead', 5, 'poison', $5, 'the-request', $6)`,
        values: [
          tenantId,
          id,
          name,
          JSON.stringify({ data: { eventId: id, position: 1 } }),
          lastError,
          failedAt,
        ],
      }),
    ),
  );
  return id;
}
