import type { NotificationKind } from '@pellucid/modules/notifications';

/** Somebody won a deal that you own. */
export const dealWonKind: NotificationKind = {
  name: 'dealWon',
  tells: ['stage'],
  texts: {
    en: {
      label: 'Won deals',
      why: 'You are the owner.',
      oneBy: '{{actor}} won {{name}}',
      one: '{{name}} was won',
      manyBy: '{{actor}} won {{number}} of your {{objects}}',
      many: '{{number}} of your {{objects}} were won',
    },
    de: {
      label: 'Gewonnene Deals',
      why: 'Sie sind zuständig.',
      oneBy: '{{actor}} hat {{name}} gewonnen',
      one: '{{name}} wurde gewonnen',
      manyBy: '{{actor}} hat {{number}} Ihrer {{objects}} gewonnen',
      many: '{{number}} Ihrer {{objects}} wurden gewonnen',
    },
  },
  usual: { inApp: true, mail: 'digest' },
  from: {
    objects: ['opportunity'],
    verbs: ['won'],
    find: async (events, uow) => {
      const rows = await uow.run<{ id: string; owner: string }>({
        text: `select id, owner_id as owner from opportunity
                where tenant_id = $1 and id = any($2::uuid[]) and owner_id is not null`,
        values: [uow.tenantId, events.map(({ recordId }) => recordId)],
      });
      const owners = new Map(rows.map(({ id, owner }) => [id, owner]));
      return events.flatMap((event) => {
        const memberId = owners.get(event.recordId);
        return memberId ? [{ event, memberId }] : [];
      });
    },
  },
};
