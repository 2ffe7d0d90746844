import { PairFinder } from '@pellucid/modules/duplicates';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import type { TestApi } from './api-process.js';

/** Finds the duplicates of a contact as the worker does. @returns the id of a pair; there must be one */
export async function foundPair(
  api: TestApi,
  { tenantId, token }: { tenantId: string; token: string },
  contact: string,
): Promise<string> {
  const context = newContext({
    tenantId,
    correlationId: 'found-duplicates',
    cause: { kind: 'system', id: null },
  });
  await runInContext(context, () =>
    api.app
      .get(UnitOfWorkFactory)
      .run((uow) => api.app.get(PairFinder, { strict: false }).refresh(uow, 'contact', [contact])),
  );
  const { body } = await api.call('GET', `/duplicates?record=${contact}`, { token });
  return body.data[0].id;
}
