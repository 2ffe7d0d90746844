import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../object-description';
import { isSameValue, toWireValue } from './wire-value';

const field = (type: FieldDescription['type']): FieldDescription => ({
  key: 'about',
  label: 'About',
  type,
  required: false,
  readOnly: false,
  linksTo: ['account', 'team'],
});
const acme = { object: 'account', id: '1', name: 'Acme' };
const sales = { object: 'team', id: '1', name: 'Sales' };

describe('links on the way to the API', () => {
  it('say which object they lead to, without names', () => {
    expect(toWireValue(field('anyReference'), acme)).toEqual({ object: 'account', id: '1' });
    expect(toWireValue(field('links'), [acme, sales])).toEqual([
      { object: 'account', id: '1' },
      { object: 'team', id: '1' },
    ]);
  });

  it('are null or an empty list if there are none', () => {
    expect(toWireValue(field('anyReference'), null)).toBeNull();
    expect(toWireValue(field('links'), undefined)).toEqual([]);
  });

  it('are the same whatever their names are, but not under another object', () => {
    expect(isSameValue(field('anyReference'), acme, { ...acme, name: '' })).toBe(true);
    expect(isSameValue(field('anyReference'), acme, { ...acme, object: 'team' })).toBe(false);
    expect(isSameValue(field('links'), [acme], [acme, sales])).toBe(false);
  });
});
