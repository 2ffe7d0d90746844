import { describe, expect, it } from 'vitest';
import type { FieldDescription, RecordData } from '../object-description';
import { keyAt, nestedValues, withValues } from './custom-values';
import { fieldValueOf } from './field-place';

const field = (key: string) => ({ key }) as FieldDescription;
const record = { id: '1', version: 1, name: 'One', custom: { size: 3, tier: null } } as unknown as RecordData;

describe('the place of a value', () => {
  it('is the record itself or its member "custom"', () => {
    expect(fieldValueOf(record, field('name'))).toBe('One');
    expect(fieldValueOf(record, field('custom.size'))).toBe(3);
    expect(fieldValueOf({ id: '1', version: 1 } as RecordData, field('custom.size'))).toBeUndefined();
  });

  it('is the same when values are sent and shown before they are saved', () => {
    expect(nestedValues({ name: 'Two', 'custom.size': 4 })).toEqual({ name: 'Two', custom: { size: 4 } });
    expect(nestedValues({ name: 'Two' })).toEqual({ name: 'Two' });
    expect(withValues(record, { 'custom.size': 4 })).toEqual({ ...record, custom: { size: 4, tier: null } });
    expect(withValues(record, { name: 'Two' })).toEqual({ ...record, name: 'Two' });
  });

  it('is told by the pointer of a problem', () => {
    expect(keyAt('/custom/size')).toBe('custom.size');
    expect(keyAt('/name')).toBe('name');
    expect(keyAt('/changes/custom/size')).toBe('custom.size');
  });
});
