import { linkOf } from '@pellucid/conditions';
import type { NotificationKind } from '../notification-kinds.js';

/** Somebody mentions you in the text of a record: of any object with a field `mentions`. */
export const mentionKind: NotificationKind = {
  name: 'mention',
  tells: ['mentions', 'body'],
  texts: {
    en: {
      label: 'Mentions',
      why: 'Somebody mentioned you.',
      oneBy: '{{actor}} mentioned you in {{name}}',
      one: 'You are mentioned in {{name}}',
      manyBy: '{{actor}} mentioned you in {{number}} {{objects}}',
      many: 'You are mentioned in {{number}} {{objects}}',
    },
    de: {
      label: 'Erwähnungen',
      why: 'Jemand hat Sie erwähnt.',
      oneBy: '{{actor}} hat Sie in {{name}} erwähnt',
      one: 'Sie werden in {{name}} erwähnt',
      manyBy: '{{actor}} hat Sie in {{number}} {{objects}} erwähnt',
      many: 'Sie werden in {{number}} {{objects}} erwähnt',
    },
  },
  usual: { inApp: true, mail: 'immediate' },
  from: {
    objects: '*',
    verbs: '*',
    find: (events) =>
      events.flatMap((event) => {
        if (event.verb === 'deleted' || event.verb === 'restored') return [];
        const { before, after } = event.changes?.mentions ?? {};
        const held = new Set(membersIn(before));
        return membersIn(after)
          .filter((id) => !held.has(id))
          .map((memberId) => ({ event, memberId }));
      }),
  },
};

/** Returns the people whom a field of mentions links to, in the form of events. */
export function membersIn(links: unknown): string[] {
  if (!Array.isArray(links)) return [];
  return links.flatMap((key) => (typeof key === 'string' ? [linkOf(key).id] : []));
}
