import type { Condition } from '@pellucid/conditions';
import { describe, expect, it } from 'vitest';
import {
  bothConditions,
  changeOperator,
  countLeaves,
  emptyGroup,
  emptyLinesGroup,
  emptyRow,
  incompleteRows,
  isComplete,
  isSameFilter,
  lackOf,
  mapNode,
  toCondition,
  toFilterGroup,
  withoutTop,
} from './filter-model';

const industry: Condition = { field: 'industry', op: 'eq', value: 'retail' };
const large: Condition = { field: 'employees', op: 'gte', value: 500 };

describe('an incomplete condition', () => {
  it('is reported with the missing part', () => {
    const rows = [emptyRow('name', 'contains'), emptyRow('phone', 'empty'), emptyRow('owner'), emptyRow()];
    expect(incompleteRows(emptyGroup('all', rows)).map(lackOf)).toEqual(['value', 'operator', 'field']);
    const nested = emptyGroup('all', [emptyGroup('any', [emptyRow('name', 'eq')])]);
    expect(incompleteRows(nested).map(lackOf)).toEqual(['value']);
  });

  it('is not the blank row of a new filter', () => {
    expect(incompleteRows(emptyGroup('all', [emptyRow()]))).toEqual([]);
    expect(incompleteRows(emptyGroup())).toEqual([]);
  });
});

describe('a filter draft', () => {
  it('differs by half a condition, a removed row or another kind of group', () => {
    const start = toFilterGroup({ all: [industry, large] });
    expect(isSameFilter(start, toFilterGroup({ all: [industry, large] }))).toBe(true);
    for (const other of [
      { ...start, children: [...start.children, emptyRow('name', 'contains')] },
      { ...start, children: start.children.slice(1) },
      { ...start, kind: 'any' as const },
    ]) {
      expect(isSameFilter(start, other)).toBe(false);
    }
  });

  it('does not differ by a row in which nothing was chosen', () => {
    expect(isSameFilter(emptyGroup(), emptyGroup('all', [emptyRow(), emptyGroup('any', [emptyRow()])]))).toBe(
      true,
    );
  });
});

describe('round trip through the builder', () => {
  const trees: Condition[] = [
    industry,
    { all: [industry, large] },
    { any: [industry, { all: [large, { field: 'phone', op: 'empty' }] }] },
    { not: { any: [industry, large] } },
    { all: [industry, { not: { any: [large] } }] },
    { field: 'closeDate', op: 'last_n_days', value: 30 },
    { field: 'phone', op: 'exists', value: false },
  ];
  it.each(trees.map((tree) => [JSON.stringify(tree), tree] as const))('keeps %s', (_, tree) => {
    expect(toCondition(toFilterGroup(tree))).toEqual(tree);
  });

  it('keeps questions about lines, with all that is inside', () => {
    const many: Condition = { field: 'lines.quantity', op: 'gt', value: 5 };
    const product: Condition = { field: 'lines.product', op: 'exists' };
    for (const where of [many, { all: [many, product] }, { not: { any: [product] } }, { all: [] }]) {
      const asked: Condition = { lines: 'lines', match: 'every', where };
      expect(toCondition(toFilterGroup(asked))).toEqual(asked);
      const both: Condition = { all: [industry, asked, { not: { any: [asked] } }] };
      expect(toCondition(toFilterGroup(both))).toEqual(both);
    }
    expect(countLeaves({ lines: 'lines', match: 'none', where: { any: [many, product] } })).toBe(2);
    expect(toCondition(emptyLinesGroup('lines'))).toBeUndefined();
  });

  it('turns a negated "all" into a form of the same meaning', () => {
    const tree: Condition = { not: { all: [industry, large] } };
    expect(toCondition(toFilterGroup(tree))).toEqual({ not: { any: [{ all: [industry, large] }] } });
  });
});

describe('incomplete rows', () => {
  it('are left out, and a filter of nothing else is no filter', () => {
    const group = emptyGroup('all', [emptyRow(), emptyRow('name', 'contains')]);
    expect(toCondition(group)).toBeUndefined();
    expect(toCondition({ ...group, children: [...group.children, toFilterGroup(industry)] })).toEqual(
      industry,
    );
  });

  it('are those whose operator still lacks its value', () => {
    expect(isComplete({ ...emptyRow('amount', 'between'), value: ['1', ''] })).toBe(false);
    expect(isComplete({ ...emptyRow('amount', 'between'), value: ['1', '2'] })).toBe(true);
    expect(isComplete({ ...emptyRow('stage', 'in'), value: [] })).toBe(false);
    expect(isComplete({ ...emptyRow('name', 'eq'), value: false })).toBe(true);
    expect(isComplete(emptyRow('closeDate', 'this_month'))).toBe(true);
  });
});

describe('editing', () => {
  it('replaces and removes a row anywhere in the tree', () => {
    const row = emptyRow('name', 'contains');
    const group = emptyGroup('all', [emptyGroup('any', [row])]);
    const filled = mapNode(group, row.id, (node) => ({ ...node, value: 'x' }) as typeof row);
    expect(toCondition(filled)).toEqual({ field: 'name', op: 'contains', value: 'x' });
    expect(toCondition(mapNode(filled, row.id, () => undefined))).toBeUndefined();
  });

  it('keeps a value only for an operator with the same kind of value', () => {
    const row = { ...emptyRow('industry', 'eq'), value: 'retail' };
    expect(changeOperator(row, 'neq').value).toBe('retail');
    expect(changeOperator(row, 'in').value).toEqual(['retail']);
    expect(changeOperator(changeOperator(row, 'in'), 'eq').value).toBe('retail');
    expect(changeOperator(row, 'empty').value).toBeUndefined();
  });

  it('removes single parts and joins two filters without nesting', () => {
    const both = bothConditions(industry, large);
    expect(both).toEqual({ all: [industry, large] });
    expect(countLeaves(both)).toBe(2);
    expect(withoutTop(both as Condition, 0)).toEqual(large);
    expect(withoutTop(large, 0)).toBeUndefined();
    expect(bothConditions(undefined, large)).toEqual(large);
  });
});
