import { field } from '../describe/descriptor.js';
import { defineRecord } from '../describe/shared-fields.js';
import type { EngineApp } from './engine-app.js';
import { sampleDescriptors } from './sample-objects.js';

/** A record that stands on timelines at a time of its own. */
export const sampleVisit = defineRecord({
  key: 'visit',
  plural: 'visits',
  label: 'Visit',
  pluralLabel: 'Visits',
  table: 'visit',
  fields: [
    field.text('name', 'Name', { required: true, searchable: true }),
    field.datetime('startsAt', 'Starts at'),
    field.longText('notes', 'Notes'),
    field.links('about', 'Related to', ['account', 'contract'], { kind: 'about' }),
  ],
  visibleThrough: [{ field: 'about', see: 'read' }],
  timeline: { about: 'about', at: 'startsAt' },
});

/** A record that belongs to an account and tells there what happens to it. */
export const sampleContract = defineRecord({
  key: 'contract',
  plural: 'contracts',
  label: 'Contract',
  pluralLabel: 'Contracts',
  table: 'contract',
  verbsTell: { signed: ['color'] },
  fields: [
    field.text('name', 'Name', { required: true, searchable: true }),
    field.text('color', 'Colour'),
    field.reference('account', 'Account', 'account', { belongsTo: true }),
  ],
});

/** The objects of an engine with timelines. */
export const timelineDescriptors = [...sampleDescriptors, sampleVisit, sampleContract];

/** Creates the tables of both. */
export async function createVisits({ admin }: EngineApp): Promise<void> {
  for (const table of ['visit', 'contract'])
    await admin.query(`
      create table ${table} (like tag including defaults, primary key (tenant_id, id));
      alter table ${table} owner to pellucid_owner;
      create index ${table}_created on ${table} (tenant_id, created_at, id);
      select protect_record_table('${table}');`);
  await admin.query(`
    alter table visit drop color, add starts_at timestamptz, add notes text;
    alter table contract add account_id uuid, add color_norm text collate "C";
    create index contract_account on contract (tenant_id, account_id, created_at, id);`);
}
