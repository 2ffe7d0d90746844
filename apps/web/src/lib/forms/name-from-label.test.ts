import { describe, expect, it } from 'vitest';
import { pathFromLabel } from './name-from-label';

describe('a path', () => {
  it.each([
    ['Service vehicles', 'service-vehicles'],
    ['Geräte (alt)', 'gerate-alt'],
    ['2nd homes', 'nd-homes'],
    ['北', ''],
    [`${'x'.repeat(49)} yz`, 'x'.repeat(49)],
  ])('is made of "%s"', (label, path) => {
    expect(pathFromLabel(label)).toBe(path);
  });
});
