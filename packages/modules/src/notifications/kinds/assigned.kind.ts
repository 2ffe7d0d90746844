import type { NotificationKind } from '../notification-kinds.js';

/** The owner is part of these events, and stays who they were. */
const UNCHANGED = new Set(['deleted', 'restored']);

/** Somebody made you the owner of a record. */
export const assignedKind: NotificationKind = {
  name: 'assigned',
  tells: ['owner'],
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
