import { describe, expect, it } from 'vitest';
import { slugOf } from './slug';

describe('the proposed address of a company', () => {
  it('is valid in a host name', () => {
    expect(slugOf('Hartmann & Vogel GmbH')).toBe('hartmann-vogel-gmbh');
    expect(slugOf('Ærø Øl, S.à r.l.')).toBe('aero-ol-s-a-r-l');
    expect(slugOf('--Ünlü  Çay--')).toBe('unlu-cay');
    expect(slugOf('日本')).toBe('');
    expect(slugOf('x'.repeat(80)).length).toBeLessThanOrEqual(40);
  });
});
