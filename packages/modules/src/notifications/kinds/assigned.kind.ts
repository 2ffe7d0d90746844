import type { NotificationKind } from '../notification-kinds.js';

/** The owner is part of these events, and stays who they were. */
const UNCHANGED = new Set(['deleted', 'restored']);

/** Somebody made you the owner of a record. */
export const assignedKind: NotificationKind = {
  name: 'assigned',
  tells: ['owner'],
  texts: {
    en: {
      label: 'Assignments',
      why: 'You became the owner.',
      oneBy: '{{actor}} assigned {{name}} to you',
      one: '{{name}} was assigned to you',
      manyBy: '{{actor}} assigned {{number}} {{objects}} to you',
      many: '{{number}} {{objects}} were assigned to you',
    },
    de: {
      label: 'Zuweisungen',
      why: 'Sie sind jetzt zuständig.',
      oneBy: '{{actor}} hat Ihnen {{name}} zugewiesen',
      one: '{{name}} wurde Ihnen zugewiesen',
      manyBy: '{{actor}} hat Ihnen {{number}} {{objects}} zugewiesen',
      many: '{{number}} {{objects}} wurden Ihnen zugewiesen',
    },
  },
  usual: { inApp: true, mail: 'immediate' },
  from: {
    objects: '*',
    // An owner can change along with anything.
    verbs: '*',
    find: (events) =>
      events.flatMap((event) => {
        if (UNCHANGED.has(event.verb)) return [];
        const { before, after } = event.changes?.owner ?? {};
        return typeof after === 'string' && after !== before ? [{ event, memberId: after }] : [];
      }),
  },
};
