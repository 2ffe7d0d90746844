import { expect, it } from 'vitest';
import type { FieldDescription } from '../object-description';
import { conditionOfGroup } from './group-values';

const field = (type: FieldDescription['type']) => ({ key: 'f', type }) as FieldDescription;

it('a group’s condition has the values of that group only', () => {
  expect(conditionOfGroup(field('select'), 'a')).toEqual({ field: 'f', op: 'eq', value: 'a' });
  expect(conditionOfGroup(field('multiSelect'), 'a')).toEqual({ field: 'f', op: 'in', value: ['a'] });
  expect(conditionOfGroup(field('boolean'), false)).toEqual({ field: 'f', op: 'eq', value: false });
  expect(conditionOfGroup(field('reference'), { id: '1', name: 'One' })).toEqual({
    field: 'f',
    op: 'eq',
    value: '1',
  });
  expect(conditionOfGroup(field('select'), null)).toEqual({ field: 'f', op: 'empty' });
});

it('a period ends before the next one, across years', () => {
  const until = (by: 'day' | 'week' | 'month' | 'quarter' | 'year', first: string) => {
    const condition = conditionOfGroup(field('date'), first, by) as { all: { value: string }[] };
    return condition.all[1]?.value;
  };
  expect(until('day', '2024-02-28')).toBe('2024-02-29');
  expect(until('week', '2025-12-29')).toBe('2026-01-05');
  expect(until('month', '2025-12-01')).toBe('2026-01-01');
  expect(until('quarter', '2025-10-01')).toBe('2026-01-01');
  expect(until('year', '2025-01-01')).toBe('2026-01-01');
});
