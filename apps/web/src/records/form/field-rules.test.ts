import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../object-description';
import { askedByRules, ruledField } from './field-rules';

const field = (more: Partial<FieldDescription>): FieldDescription => ({
  key: 'custom.region',
  label: 'Region',
  type: 'select',
  required: false,
  readOnly: false,
  ...more,
});
const condition = { field: 'country', op: 'eq' as const, value: 'CH' };
const given = (of: FieldDescription, values: Record<string, unknown>, holds = true) =>
  ruledField(
    of,
    (key) => values[key],
    () => holds,
  );
const values = (of: FieldDescription, record: Record<string, unknown>) =>
  given(of, record)?.options?.map(({ value }) => value);

describe('a field in a form', () => {
  it('is required, or left out, by its conditions', () => {
    expect(given(field({ requiredIf: condition }), {})?.required).toBe(true);
    expect(given(field({ requiredIf: condition }), {}, false)?.required).toBe(false);
    expect(given(field({ visibleIf: condition, required: true }), {}, false)).toBeUndefined();
  });

  it('offers the options that fit another field, and keeps what the record has', () => {
    const options = [
      { value: 'Bern', label: 'Bern', for: ['CH'] },
      { value: 'Tyrol', label: 'Tyrol', for: ['AT'] },
      { value: 'Any', label: 'Any' },
      { value: 'Old', label: 'Old', retired: true },
    ];
    const region = field({ dependsOn: 'country', options });
    expect(values(region, { country: 'CH' })).toEqual(['Bern', 'Any']);
    expect(values(region, { country: ['CH', 'AT'] })).toEqual(['Bern', 'Tyrol', 'Any']);
    expect(values(region, {})).toEqual(['Any']);
    expect(values(region, { country: 'AT', 'custom.region': 'Old' })).toEqual(['Tyrol', 'Any', 'Old']);
  });

  it('differs for records of a legal entity', () => {
    const overrides = { a: { label: 'Canton', required: true, options: ['One'] }, b: { hidden: true } };
    const options = [
      { value: 'One', label: 'One' },
      { value: 'Two', label: 'Two' },
    ];
    const region = field({ entityOverrides: overrides, options });
    expect(given(region, { legalEntity: 'a' })).toMatchObject({ label: 'Canton', required: true });
    expect(values(region, { legalEntity: 'a' })).toEqual(['One']);
    expect(given(region, { legalEntity: 'b' })).toBeUndefined();
    expect(values(region, { legalEntity: 'c' })).toEqual(['One', 'Two']);
    expect(askedByRules([region, field({ visibleIf: condition })])).toEqual(['country', 'legalEntity']);
  });
});
