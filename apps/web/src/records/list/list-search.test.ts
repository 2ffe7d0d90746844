import { describe, expect, it } from 'vitest';
import { nextSort, readListSearch } from './list-search';

describe('the state of a list in the URL', () => {
  it('comes back as it was written', () => {
    const search = {
      q: 'acme',
      sort: '-amount',
      filter: { all: [{ field: 'industry', op: 'eq', value: 'retail' }] },
      columns: ['name', 'owner'],
      view: 'mine',
    };
    expect(readListSearch(search)).toEqual(search);
  });

  it('drops invalid parts instead of breaking the page', () => {
    expect(
      readListSearch({ sort: 'a b;', filter: { field: 'x', op: 'nope' }, columns: 'name', view: '?' }),
    ).toEqual({});
    expect(readListSearch({ filter: { all: [{ any: 'x' }] }, q: 42 })).toEqual({ q: '42' });
  });
});

describe('clicking a header', () => {
  it('goes ascending, descending, unsorted', () => {
    expect(nextSort(undefined, 'name')).toBe('name');
    expect(nextSort('name', 'name')).toBe('-name');
    expect(nextSort('-name', 'name')).toBeUndefined();
    expect(nextSort('-name', 'amount')).toBe('amount');
  });
});
