import type { Condition } from '@pellucid/conditions';
import { describe, expect, test } from 'vitest';
import { blankProblems } from './selection.js';

const pointers = (selection: Parameters<typeof blankProblems>[0]) =>
  blankProblems(selection).map(({ pointer, code }) => `${pointer} ${code}`);
const leaf: Condition = { field: 'name', op: 'contains', value: 'a' };

describe('a selection that selects nothing is reported', () => {
  test.each(['', ' ', '\t\n', '\u200b', '\u2060 \ufeff', '\u3164', '\u00ad', '\u0301'])('search %j', (q) => {
    expect(pointers({ q })).toEqual(['/q selectionBlank']);
  });
  test.each<[Condition, string]>([
    [{ all: [] }, '/filter/all'],
    [{ any: [] }, '/filter/any'],
    [{ not: { any: [] } }, '/filter/not/any'],
    [{ all: [{ all: [] }] }, '/filter/all/0/all'],
    [{ all: [leaf, { any: [leaf, { all: [] }] }] }, '/filter/all/1/any/1/all'],
    [{ field: 'name', op: 'contains', value: ' ' }, '/filter/value'],
    [{ field: 'name', op: 'startswith', value: '\u200b' }, '/filter/value'],
    [{ not: { field: 'name', op: 'contains', value: '' } }, '/filter/not/value'],
    [{ field: 'name', op: 'neq', value: '' }, '/filter/value'],
    [{ field: 'industry', op: 'nin', value: [] }, '/filter/value'],
    [{ field: 'industry', op: 'nin', value: [' '] }, '/filter/value'],
  ])('filter %j', (filter, at) => {
    expect(pointers({ filter })).toEqual([`${at} selectionBlank`]);
  });
  test('ids', () => expect(pointers({ ids: [] })).toEqual(['/ids selectionBlank']));
  test('a blank search beside a filter', () =>
    expect(pointers({ filter: leaf, q: '' })).toEqual(['/q selectionBlank']));
});

test('a selection that selects something is accepted', () => {
  for (const selection of [
    { q: ' a ' },
    { q: '…' },
    { q: 'か\u3099' },
    { ids: ['0'] },
    { all: true as const },
    { filter: leaf },
    { filter: { all: [leaf, { not: { field: 'phone', op: 'exists' as const } }] } },
    { filter: { field: 'employees', op: 'eq' as const, value: 0 } },
    { filter: { field: 'closeDate', op: 'today' as const } },
  ])
    expect(pointers(selection)).toEqual([]);
});
