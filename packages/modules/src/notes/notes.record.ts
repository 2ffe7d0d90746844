import { ANY_OR_ACTIVITY } from '@pellucid/modules/activities';
import { SALES_DATA } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { mentionsField } from './mentions-field.js';
import { noteTextsDe } from './notes.texts-de.js';

/** What somebody wrote down about records. */
export const noteRecord = defineRecord({
  key: 'note',
  texts: { de: noteTextsDe },
  plural: 'notes',
  label: 'Note',
  pluralLabel: 'Notes',
  table: 'note',
  presentation: { icon: 'file', order: 52, keyFacts: ['about', 'owner'] },
  roles: SALES_DATA,
  visibleThrough: [{ field: 'about', see: 'edit' }],
  timeline: { about: 'about' },
  displayName: ({ title }) => String(title ?? 'Note'),
  nameFields: ['title'],
  fields: [
    field.text('title', 'Title', {
      maxLength: 200,
      searchable: true,
      defaultColumn: true,
      derivedFrom: { from: ['body'], where: 'titleFromText' },
      help: 'Without a title, the note is named after the first line of its text.',
    }),
    field.boolean('titleFromText', 'Title from the text', {
      readOnly: true,
      default: () => false,
      help: 'Whether the title is the first line of the text. Enter a title to set your own, or empty it to use the text again.',
    }),
    field.links('about', 'Related to', ANY_OR_ACTIVITY, { kind: 'about', defaultColumn: true }),
    field.richText('body', 'Text', {
      required: true,
      searchable: true,
      defaultColumn: true,
      pii: 'personal',
    }),
    field.boolean('pinned', 'Pinned', {
      required: true,
      default: () => false,
      help: 'Pinned notes come first on the pages of the records that they are about.',
    }),
    mentionsField(),
  ],
});
