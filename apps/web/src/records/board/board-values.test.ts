import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../object-description';
import { boardColumns, movedValue, withColumn } from './board-values';

const status = {
  key: 'status',
  type: 'select',
  required: false,
  options: ['new', 'open', 'done'].map((value) => ({ value, label: value })),
} as unknown as FieldDescription;
const group = (key: string | null, count = 1) => ({ key, id: key ?? '', count, totals: [] });

describe('columns of a board', () => {
  it('are all options and what else there is, without a value last', () => {
    const columns = boardColumns(status, [group('old'), group(null), group('open', 3)], { field: 'status' });
    expect(columns.map(({ value }) => value)).toEqual(['new', 'open', 'done', 'old', null]);
    expect(columns[1]?.group?.count).toBe(3);
  });

  it('follow the view, and options that it does not name come after', () => {
    const columns = boardColumns(status, [], {
      field: 'status',
      columns: [{ value: 'done', limit: 2 }, { value: 'gone' }, { value: null, isHidden: true }],
    });
    expect(columns.map(({ value, limit, isHidden }) => [value, limit, isHidden])).toEqual([
      ['done', 2, false],
      [null, undefined, true],
      ['new', undefined, false],
      ['open', undefined, false],
    ]);
  });

  it('are all named once one of them was changed', () => {
    const columns = boardColumns({ ...status, required: true }, [], { field: 'status' });
    const layout = withColumn({ field: 'status' }, columns, ([first, ...rest]) =>
      first ? [...rest, { ...first, limit: 5 }] : rest,
    );
    expect(layout.columns).toEqual([{ value: 'open' }, { value: 'done' }, { value: 'new', limit: 5 }]);
  });
});

describe('moving a record', () => {
  it('sets the value, and in lists replaces one', () => {
    const tags = { ...status, type: 'multiSelect' } as FieldDescription;
    expect(movedValue(status, 'new', 'new', 'done')).toBe('done');
    expect(movedValue(status, 'new', 'new', null)).toBeNull();
    expect(movedValue(tags, ['new', 'x'], 'new', 'done')).toEqual(['x', 'done']);
    expect(movedValue(tags, ['new', 'done'], 'new', 'done')).toEqual(['done']);
    expect(movedValue(tags, ['new'], 'new', null)).toEqual([]);
    expect(movedValue(tags, [], null, 'new')).toEqual(['new']);
  });
});
