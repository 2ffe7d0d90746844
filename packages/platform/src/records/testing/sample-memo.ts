import { field, optionsOf } from '../describe/descriptor.js';
import { manyToMany } from '../describe/links/many-to-many.js';
import { defineRecord } from '../describe/shared-fields.js';
import type { EngineApp } from './engine-app.js';

/** Links to records of one object, in the table of links between any records. */
const linkedTo = (from: string, object: string, table: string) =>
  manyToMany({
    table: 'record_link',
    own: 'from_id',
    target: 'to_id',
    targetTable: table,
    marks: { from_object: from, kind: object, to_object: object },
  });

/** A record that is visible through others, by every kind of field that refers to records. */
export const sampleMemo = defineRecord({
  key: 'memo',
  plural: 'memos',
  label: 'Memo',
  pluralLabel: 'Memos',
  table: 'memo',
  fields: [
    field.text('name', 'Name', { required: true, searchable: true }),
    field.select('kind', 'Kind', optionsOf('open', 'private')),
    field.text('secret', 'Secret'),
    field.reference('account', 'Account', 'account'),
    field.references('tags', 'Tags', 'tag', linkedTo('memo', 'tag', 'tag')),
    field.anyReference('about', 'About', ['account', 'tag']),
    field.links('subjects', 'Subjects', ['deal', 'tag'], { kind: 'subject' }),
  ],
  visibleThrough: [
    { field: 'account', see: 'read' },
    { field: 'tags', see: 'read' },
    { field: 'about', see: 'read' },
    { field: 'subjects', see: 'edit' },
  ],
});

/** A record that is visible through memos, and so through what these are linked to. */
export const sampleFile = defineRecord({
  key: 'file',
  plural: 'files',
  label: 'File',
  pluralLabel: 'Files',
  table: 'memo_file',
  fields: [
    field.text('name', 'Name', { required: true, searchable: true }),
    field.references('memos', 'Memos', 'memo', linkedTo('file', 'memo', 'memo')),
  ],
  visibleThrough: [{ field: 'memos', see: 'edit' }],
});

/** Creates the tables of both, with the indexes that a released object has. */
export async function createMemos({ admin }: EngineApp): Promise<void> {
  for (const table of ['memo', 'memo_file'])
    await admin.query(`
      create table ${table} (like tag including defaults, primary key (tenant_id, id));
      alter table ${table} owner to pellucid_owner, drop column color;
      create index ${table}_created on ${table} (tenant_id, created_at, id);
      create index ${table}_owner_created on ${table} (tenant_id, owner_id, created_at, id);
      create index ${table}_heads on ${table} (tenant_id, id) include (owner_id, created_at, name_norm) where deleted_at is null;
      select protect_record_table('${table}');`);
  await admin.query(`
    alter table memo add kind text, add secret text, add secret_norm text collate "C", add account_id uuid,
      add about_object text, add about_id uuid;
    create index memo_account on memo (tenant_id, account_id, created_at, id);
    create index memo_about on memo (tenant_id, about_object, about_id);`);
}
