import { field } from '../describe/descriptor.js';
import { defineRecord } from '../describe/shared-fields.js';
import type { EngineApp } from './engine-app.js';

/** Objects that notes can be about. */
const SUBJECTS = ['account', 'team', 'note'];

/** An object with both kinds of fields that link to records of several objects. */
export const sampleNote = defineRecord({
  key: 'note',
  plural: 'notes',
  label: 'Note',
  pluralLabel: 'Notes',
  // The product has notes of its own.
  table: 'sample_note',
  fields: [
    field.text('name', 'Title', { required: true, searchable: true }),
    field.anyReference('about', 'About', SUBJECTS),
    field.links('subjects', 'Subjects', SUBJECTS, { kind: 'subject', pii: 'personal' }),
    field.links('see', 'See also', 'any'),
  ],
});

/** Creates the table of notes: the columns that every record has, as tags have them, and their own. */
export async function createNotes(engine: EngineApp): Promise<void> {
  await engine.admin.query(`
    create table sample_note (like tag including all);
    alter table sample_note drop column color, add column about_object text, add column about_id uuid;
    create index sample_note_about_idx on sample_note (tenant_id, about_object, about_id);
    alter table sample_note owner to pellucid_owner;
    select protect_record_table('sample_note');
  `);
}
