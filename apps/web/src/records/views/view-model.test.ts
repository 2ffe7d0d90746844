import { describe, expect, it } from 'vitest';
import type { ObjectDescription } from '../object-description';
import {
  columnOf,
  columnToken,
  contentOf,
  fromApiSort,
  realChanges,
  shownContent,
  toApiContent,
  toApiSort,
} from './view-model';

const person = { nameField: '$name', fields: [{ key: '$name' }, { key: 'email' }] } as ObjectDescription;
const account = { nameField: 'name', fields: [{ key: 'name' }] } as ObjectDescription;

describe('columns in the URL', () => {
  it('keep width and pin', () => {
    for (const column of [
      { key: 'name' },
      { key: 'custom.size', width: 120 },
      { key: 'name', width: 240, isPinned: true },
      { key: 'name', isPinned: true },
    ])
      expect(columnOf(columnToken(column))).toEqual(column);
  });

  it('ignore widths that no column has', () => {
    expect(columnOf('name:9999999')).toEqual({ key: 'name' });
    expect(columnOf('name:x:q')).toEqual({ key: 'name' });
  });
});

describe('a name that is composed of two fields', () => {
  it('is sorted by both, and read back', () => {
    expect(toApiSort('-$name,email')).toBe('-lastName,-firstName,email');
    expect(fromApiSort(person, '-lastName,-firstName,email')).toBe('-$name,email');
    expect(fromApiSort(account, 'lastName,firstName')).toBe('lastName,firstName');
    expect(toApiSort('-name')).toBe('-name');
  });

  it('is the column "name" of the API', () => {
    const content = contentOf(person, {
      content: { columns: [{ field: 'name', width: 200 }, { field: 'email' }] },
    });
    expect(content.columns).toEqual(['$name:200', 'email']);
    expect(toApiContent({ columns: content.columns })).toEqual({
      columns: [{ field: 'name', width: 200 }, { field: 'email' }],
    });
  });
});

describe('a view with changes', () => {
  const saved = { sort: 'name', columns: ['name'], group: { field: 'industry' } };

  it('shows the changes, and no part that was removed', () => {
    expect(shownContent(saved, { sort: '-name', group: null })).toEqual({ sort: '-name', columns: ['name'] });
  });

  it('is modified only by what differs', () => {
    expect(realChanges(saved, { sort: 'name', columns: ['name', 'city'], filter: null })).toEqual({
      columns: ['name', 'city'],
    });
    expect(realChanges(saved, { group: null })).toEqual({ group: null });
  });
});
