import { expect, test } from 'vitest';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import { loggable, quickFields } from './quick-fields';

const field = (key: string, given: Partial<FieldDescription> = {}): FieldDescription => ({
  key,
  label: key,
  type: 'text',
  required: false,
  readOnly: false,
  ...given,
});
const object = (given: Partial<ObjectDescription> = {}) =>
  ({
    key: 'visit',
    nameField: 'name',
    timeline: { about: 'about' },
    permissions: { create: true, update: true, delete: true },
    fields: [
      field('name'),
      field('place', { required: true }),
      field('mood', { required: true, default: 'good' }),
      field('city'),
      field('notes', { type: 'longText' }),
      field('more', { type: 'longText' }),
      field('about', { type: 'links', required: true, linksTo: ['account'] }),
      field('number', { required: true, readOnly: true }),
    ],
    ...given,
  }) as ObjectDescription;
const account = { key: 'account' } as ObjectDescription;

test('a short form has the name, what a record cannot do without, and the first long text', () => {
  expect(quickFields(object()).map(({ key }) => key)).toEqual(['name', 'place', 'notes']);
});

test('what can be about a record, and made by the user, can be logged', () => {
  expect(loggable([object()], account)).toHaveLength(1);
  expect(loggable([object()], { key: 'lead' } as ObjectDescription)).toEqual([]);
  const without = { ...object() };
  delete without.timeline;
  expect(loggable([without], account)).toEqual([]);
  const mayNot = { create: false, update: true, delete: true };
  expect(loggable([object({ permissions: mayNot })], account)).toEqual([]);
  const locked = object({ fields: [field('about', { linksTo: ['account'], readOnly: true })] });
  expect(loggable([locked], account)).toEqual([]);
});
