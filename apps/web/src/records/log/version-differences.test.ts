import { describe, expect, it } from 'vitest';
import type { FieldDescription, ObjectDescription, RecordData } from '../object-description';
import { PLAIN_TRAITS } from '../testing/described-traits';
import { erasedFields, versionDifferences } from './version-differences';

const field = (key: string, given: Partial<FieldDescription> = {}): FieldDescription => ({
  key,
  label: key,
  type: 'text',
  required: false,
  readOnly: false,
  ...given,
});
const object: ObjectDescription = {
  ...PLAIN_TRAITS,
  key: 'account',
  path: '/accounts',
  label: 'Account',
  pluralLabel: 'Accounts',
  nameField: 'name',
  fields: [
    field('name'),
    field('city'),
    field('email'),
    field('owner', { type: 'reference' }),
    field('tags', { type: 'multiSelect' }),
    field('stage', { readOnly: true }),
    field('salary', { readOnly: true, viewOnly: true }),
  ],
};
const record = (values: Record<string, unknown>): RecordData => ({ id: '1', version: 1, ...values });

describe('versionDifferences', () => {
  it('shows what would change, from the current to the earlier value', () => {
    const now = record({
      name: 'B',
      city: null,
      owner: { id: 'x', name: 'X' },
      tags: [
        { id: '1', name: 'a' },
        { id: '2', name: 'b' },
      ],
    });
    const then = record({
      name: 'A',
      city: '',
      owner: { id: 'x', name: 'Renamed' },
      tags: [
        { id: '2', name: 'b' },
        { id: '1', name: 'a' },
      ],
    });
    expect(versionDifferences(object, now, then)).toEqual({
      changes: { name: { before: 'B', after: 'A' } },
      refused: [],
      kept: [],
    });
  });

  it('separates fields that the product sets from those the user may not change', () => {
    const now = record({
      name: 'A',
      stage: 'won',
      salary: 2,
      email: 'a•••',
      meta: { access: { email: 'mask' } },
    });
    const then = record({ name: 'A', stage: 'new', salary: 1, email: 'b•••' });
    const { changes, refused, kept } = versionDifferences(object, now, then);
    expect(changes).toEqual({});
    expect(refused.map(({ key }) => key)).toEqual(['email', 'salary']);
    expect(kept.map(({ key }) => key)).toEqual(['stage']);
  });

  it('leaves out hidden and erased fields', () => {
    const now = record({ name: 'A', email: null });
    const then = record({ name: 'A', city: 'Bern', email: null, meta: { erased: ['email'] } });
    expect(versionDifferences(object, { ...now, email: 'new@example.com' }, then).changes).toEqual({});
    expect(erasedFields(then)).toEqual(['email']);
  });
});
