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
      lines: {},
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

  it('shows which lines would change, come back, go and move', () => {
    const owning: ObjectDescription = {
      ...object,
      lines: [
        {
          key: 'lines',
          label: 'Lines',
          fields: [field('lines.quantity'), field('lines.amount', { readOnly: true })],
        },
      ],
    };
    const line = (id: string, quantity: string, amount = '1') => ({ id, quantity, amount });
    const of = (now: object[], then: object[]) =>
      versionDifferences(owning, record({ lines: now }), record({ lines: then })).lines;
    expect(of([line('a', '1'), line('b', '2')], [line('a', '5', '9'), line('c', '3')])).toEqual({
      lines: [
        { id: 'a', change: 'changed', changes: { quantity: { before: '1', after: '5' } } },
        { id: 'c', change: 'added', changes: { quantity: { before: undefined, after: '3' } } },
        { id: 'b', change: 'removed', changes: { quantity: { before: '2' } } },
      ],
    });
    expect(of([line('a', '1'), line('b', '2')], [line('b', '2'), line('a', '1')]).lines).toHaveLength(2);
    expect(of([line('a', '1')], [line('a', '1')])).toEqual({});
  });
});
