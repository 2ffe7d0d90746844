import type { UnitOfWork } from '@pellucid/platform/db';
import type { FeedEvent } from '@pellucid/platform/events';
import type { Concerned, NotificationKind } from '../notification-kinds.js';

/** Somebody shared a record with you or with your team. */
export const sharedKind: NotificationKind = {
  name: 'shared',
  tells: [],
  texts: {
    en: {
      label: 'Shares',
      why: 'Somebody shared it with you or your team.',
      oneBy: '{{actor}} shared {{name}} with you',
      one: '{{name}} was shared with you',
      manyBy: '{{actor}} shared {{number}} {{objects}} with you',
      many: '{{number}} {{objects}} were shared with you',
    },
    de: {
      label: 'Freigaben',
      why: 'Jemand hat es mit Ihnen oder Ihrem Team geteilt.',
      oneBy: '{{actor}} hat {{name}} mit Ihnen geteilt',
      one: '{{name}} wurde mit Ihnen geteilt',
      manyBy: '{{actor}} hat {{number}} {{objects}} mit Ihnen geteilt',
      many: '{{number}} {{objects}} wurden mit Ihnen geteilt',
    },
  },
  usual: { inApp: true, mail: 'immediate' },
  from: { objects: '*', verbs: ['shared'], find },
};

async function find(events: FeedEvent[], uow: UnitOfWork): Promise<Concerned[]> {
  const shares = events.flatMap((event) => {
    const grantee = event.changes?.grantee?.after;
    // Without an earlier access: a share that was changed is no news.
    return grantee && !event.changes?.access?.before ? [{ event, grantee }] : [];
  });
  const teams = shares.flatMap(({ grantee }) => (grantee.kind === 'team' ? [grantee.id] : []));
  const members = new Map<string, string[]>();
  if (teams.length > 0)
    for (const { team, id } of await uow.run<{ team: string; id: string }>({
      text: `select team_id as team, id from member
              where tenant_id = $1 and team_id = any($2::uuid[]) and deleted_at is null`,
      values: [uow.tenantId, [...new Set(teams)]],
    }))
      members.set(team, [...(members.get(team) ?? []), id]);
  return shares.flatMap(({ event, grantee }) =>
    (grantee.kind === 'team' ? (members.get(grantee.id) ?? []) : [grantee.id]).map((memberId: string) => ({
      event,
      memberId,
    })),
  );
}
