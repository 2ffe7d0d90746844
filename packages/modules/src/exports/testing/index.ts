import type { INestApplicationContext } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import { SignedLinks } from '@pellucid/platform/signed-links';
import { eventually } from '@pellucid/platform/testing';
import { EXPORT_START, type ExportCursor, ExportWriter } from '../export-writer.js';
import { EXPORT_LINK } from '../http/export-downloads.js';
import { ExportsRepository } from '../exports.repository.js';

/** A log-in, as the claims of its access token name it. */
export interface LogIn {
  tid: string;
  mid: string;
  sub: string;
  sid: string;
}

/**
 * Writes the file of an export, and returns a signed link to it. It takes the job first, so that no worker writes the same
 * parts; if a worker was faster, it waits for that one.
 * @param who started the export
 * @param total number of its records
 */
export async function writtenExport(
  app: INestApplicationContext,
  who: LogIn,
  { id, total }: { id: string; total: number },
): Promise<string> {
  const [writer, repository, units] = [
    app.get(ExportWriter),
    app.get(ExportsRepository),
    app.get(UnitOfWorkFactory),
  ];
  const context = newContext({
    correlationId: `export ${id}`,
    tenantId: who.tid,
    memberId: who.mid,
    actor: { kind: 'member', id: who.mid },
  });
  await runInContext(context, async () => {
    const taken = await units.run((uow) =>
      uow.run({
        text: `update job set state = 'cancelled', finished_at = now(), updated_at = now()
               where id = (select job_id from bulk_job where id = $1) and state = 'pending' returning id`,
        values: [id],
      }),
    );
    if (!taken.length) {
      await eventually(async () => (await repository.find(id))!.writtenAt);
      return;
    }
    const run = (await repository.find(id))!;
    for (let cursor: ExportCursor | undefined = EXPORT_START; cursor; ) {
      const partId = newId();
      const step = await units.run(async (uow) => {
        await repository.announce(uow, id, partId);
        return writer.batch(uow, run, cursor!, partId, total);
      });
      cursor = 'next' in step ? step.next : undefined;
    }
  });
  const holder = {
    tenantId: who.tid,
    kind: 'member',
    actorId: who.mid,
    identityId: who.sub,
    sessionId: who.sid,
  } as const;
  return app.get(SignedLinks).sign({ purpose: EXPORT_LINK, id }, holder);
}
