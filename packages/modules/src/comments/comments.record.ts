import { type BuiltInRights, SALES_DATA } from '@pellucid/platform/access';
import { defineRecord, field, firstLineOf } from '@pellucid/platform/records';
import { ANY_OR_ACTIVITY } from '@pellucid/modules/activities';
import { mentionsField } from '@pellucid/modules/notes';
import { commentTextsDe } from './comments.texts-de.js';
import { reactionFields, REACTION_KEYS } from './reactions.js';

/** Reps read what others wrote only about records that they see: a comment is part of a talk about a record. */
const ROLES: BuiltInRights = { ...SALES_DATA, salesRep: { ...SALES_DATA.salesRep, read: 'own' } };

/** The comment that a reply answers. It stays when that comment is deleted, so replies don't stand in the way of a deletion. */
function parentField() {
  const parent = field.reference('parent', 'Reply to', 'comment', {
    help: 'The first comment of the thread. Replies are about the same records.',
  });
  return { ...parent, storage: { ...parent.storage, holdsOn: false } };
}

/** What somebody says to others about a record. */
export const commentRecord = defineRecord({
  key: 'comment',
  texts: { de: commentTextsDe },
  plural: 'comments',
  label: 'Comment',
  pluralLabel: 'Comments',
  table: 'comment',
  presentation: { icon: 'file', order: 53, keyFacts: ['about', 'resolvedAt', 'owner'] },
  roles: ROLES,
  visibleThrough: [{ field: 'about', see: 'edit' }],
  timeline: { about: 'about' },
  verbs: [
    { key: 'resolve', label: 'Resolve' },
    { key: 'reopen', label: 'Reopen' },
  ],
  verbsTell: { resolved: ['resolved'], reopened: ['resolved'], reacted: REACTION_KEYS },
  displayName: ({ body }) => firstLineOf(String(body ?? '')) || 'Comment',
  nameFields: ['body'],
  fields: [
    field.links('about', 'Related to', ANY_OR_ACTIVITY, {
      kind: 'about',
      defaultColumn: true,
    }),
    field.richText('body', 'Text', {
      required: true,
      searchable: true,
      defaultColumn: true,
      pii: 'personal',
    }),
    parentField(),
    field.boolean('resolved', 'Resolved', {
      required: true,
      default: () => false,
      help: 'Whether the thread is settled. Only the first comment of a thread says so.',
    }),
    field.datetime('resolvedAt', 'Resolved at', { readOnly: true, derivedFrom: ['resolved'] }),
    field.reference('resolvedBy', 'Resolved by', 'member', { readOnly: true, derivedFrom: ['resolved'] }),
    field.datetime('editedAt', 'Edited at', {
      readOnly: true,
      derivedFrom: ['body'],
      help: 'When the author last changed the text.',
    }),
    mentionsField(),
    ...reactionFields(),
  ],
});
