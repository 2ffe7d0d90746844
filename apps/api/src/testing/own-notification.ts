import { NotificationKinds, Notifier, Unsubscribing } from '@pellucid/modules/notifications';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import type { TestApi, TestCompany } from './api-process.js';

/** A notification of a company's first person: a record was shared with them. @returns its id */
export async function ownNotification(
  api: TestApi,
  { tenantId, memberId }: Pick<TestCompany, 'tenantId' | 'memberId'>,
  recordId: string,
  object = 'account',
): Promise<string> {
  const kind = api.app.get(NotificationKinds, { strict: false }).find('shared')!;
  return runInContext(newContext({ tenantId, correlationId: newId() }), () =>
    api.app.get(UnitOfWorkFactory).run(async (uow) => {
      await api.app.get(Notifier, { strict: false }).add(uow, [
        {
          kind,
          memberId,
          cause: newId(),
          object,
          recordId,
          eventId: newId(),
          actor: { kind: 'system', id: null },
          at: new Date(),
        },
      ]);
      const [made] = await uow.run<{ id: string }>({
        text: 'select id from notification where tenant_id = $1 and member_id = $2 order by id desc limit 1',
        values: [tenantId, memberId],
      });
      return made!.id;
    }),
  );
}

/** The signature of a link that turns off the person's mails about assignments. */
export function ownStopLink(
  api: TestApi,
  { tenantId, memberId }: Pick<TestCompany, 'tenantId' | 'memberId'>,
): string {
  const links = runInContext(newContext({ tenantId, correlationId: newId() }), () =>
    api.app.get(Unsubscribing, { strict: false }).linksFor(memberId, ['assigned']),
  );
  return new URL(links.page).searchParams.get('link')!;
}
