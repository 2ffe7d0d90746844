import { ANY_OR_ACTIVITY } from '@pellucid/modules/activities';
import { SALES_DATA } from '@pellucid/platform/access';
import { defineRecord, field, type FieldOption } from '@pellucid/platform/records';
import { fileTextsDe } from './files.texts-de.js';

/** Characters of a file's name. */
export const MAX_NAME = 200;

/** What the virus scan says: nothing can be downloaded while it is `pending`, nor if it is `infected`. */
export type ScanStatus = 'notScanned' | 'pending' | 'clean' | 'infected';

const SCAN_STATUSES: (FieldOption & { value: ScanStatus })[] = [
  { value: 'notScanned', label: 'Not scanned' },
  { value: 'pending', label: 'Scan pending' },
  { value: 'clean', label: 'Clean' },
  { value: 'infected', label: 'Infected' },
];

/** A file with its place among the company's records. Its bytes are stored apart. */
export const fileRecord = defineRecord({
  key: 'file',
  texts: { de: fileTextsDe },
  plural: 'files',
  label: 'File',
  pluralLabel: 'Files',
  table: 'file',
  // A file begins as an upload.
  operations: { create: false, update: true, delete: true },
  beginsBy: 'upload',
  presentation: { icon: 'file', order: 55, keyFacts: ['mediaType', 'size', 'scan', 'owner'] },
  roles: SALES_DATA,
  timeline: { about: 'about' },
  visibleThrough: [{ field: 'about', see: 'edit' }],
  fields: [
    field.text('name', 'Name', {
      required: true,
      maxLength: MAX_NAME,
      searchable: true,
      defaultColumn: true,
      pii: 'personal',
      section: 'File',
    }),
    field.links('about', 'Related to', ANY_OR_ACTIVITY, {
      kind: 'about',
      defaultColumn: true,
      section: 'File',
    }),
    field.longText('description', 'Description', { section: 'File' }),
    field.text('mediaType', 'Type', {
      readOnly: true,
      defaultColumn: true,
      section: 'Content',
      help: 'Found in the content of the file, whatever its name says.',
    }),
    field.number('size', 'Size', {
      readOnly: true,
      defaultColumn: true,
      section: 'Content',
      help: 'In bytes.',
    }),
    field.select('scan', 'Virus scan', SCAN_STATUSES, {
      readOnly: true,
      defaultColumn: true,
      section: 'Content',
    }),
    field.text('sha256', 'SHA-256', {
      readOnly: true,
      section: 'Content',
      help: 'Fingerprint of the content.',
    }),
  ],
});
