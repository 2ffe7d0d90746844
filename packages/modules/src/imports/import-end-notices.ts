import { Inject, Injectable } from '@nestjs/common';
import { type NotificationKind, NotificationKinds, Notifier } from '@pellucid/modules/notifications';
import type { UnitOfWork } from '@pellucid/platform/db';

/** An import that you started is done. */
const importCompleted: NotificationKind = {
  name: 'importCompleted',
  tells: [],
  texts: {
    en: {
      label: 'Finished imports',
      why: 'You started this import.',
      line: 'Import of {{objects}} done: {{done}} rows, {{failed}} failed',
    },
    de: {
      label: 'Beendete Importe',
      why: 'Sie haben diesen Import gestartet.',
      line: 'Import von {{objects}} beendet: {{done}} Zeilen, {{failed}} fehlgeschlagen',
    },
  },
  usual: { inApp: true, mail: 'off' },
};
/** An import that you started has failed. */
const importFailed: NotificationKind = {
  name: 'importFailed',
  tells: [],
  texts: {
    en: { label: 'Failed imports', why: 'You started this import.', line: 'Import of {{objects}} failed' },
    de: {
      label: 'Fehlgeschlagene Importe',
      why: 'Sie haben diesen Import gestartet.',
      line: 'Import von {{objects}} fehlgeschlagen',
    },
  },
  usual: { inApp: true, mail: 'immediate' },
};

/** Notifies people of the ends of their imports. */
@Injectable()
export class ImportEndNotices {
  constructor(
    @Inject(NotificationKinds) kinds: NotificationKinds,
    @Inject(Notifier) private readonly notifier: Notifier,
  ) {
    kinds.register(importCompleted);
    kinds.register(importFailed);
  }

  /** Notifies whoever started the import, in the transaction that ends it. Previews are no news. */
  async add(uow: UnitOfWork, importId: string, status: 'completed' | 'failed'): Promise<void> {
    const [run] = await uow.run({
      text: `select i.object, i.created_by_id as "memberId", i.created + i.updated + i.unchanged as done, i.failed
               from import_run i
              where i.tenant_id = $1 and i.id = $2 and not i.is_preview and i.created_by_id is not null`,
      values: [uow.tenantId, importId],
    });
    if (!run) return;
    await this.notifier.add(uow, [
      {
        kind: status === 'completed' ? importCompleted : importFailed,
        memberId: run.memberId,
        cause: importId,
        object: null,
        recordId: importId,
        eventId: importId,
        actor: { kind: 'system', id: null },
        parameters: { of: run.object, done: Number(run.done), failed: Number(run.failed) },
        at: new Date(),
      },
    ]);
  }
}
