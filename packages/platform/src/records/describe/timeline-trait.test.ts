import { describe, expect, it } from 'vitest';
import { field } from './descriptor.js';
import { defineRecord } from './shared-fields.js';

const visit = (timeline: { about: string; at?: string }) =>
  defineRecord({
    key: 'visit',
    plural: 'visits',
    label: 'Visit',
    pluralLabel: 'Visits',
    table: 'visit',
    fields: [
      field.text('name', 'Name'),
      field.datetime('startsAt', 'Starts at'),
      field.links('about', 'Related to', 'any', { kind: 'about' }),
    ],
    timeline,
  });

describe('the place of records on timelines', () => {
  it('names links to records and a stored time, or no time', () => {
    expect(visit({ about: 'about', at: 'startsAt' }).timeline).toEqual({ about: 'about', at: 'startsAt' });
    expect(visit({ about: 'about' }).timeline).toEqual({ about: 'about' });
  });

  it('is refused if one of its fields is something else', () => {
    expect(() => visit({ about: 'name' })).toThrow('about "name"');
    expect(() => visit({ about: 'missing' })).toThrow('about "missing"');
    expect(() => visit({ about: 'about', at: 'name' })).toThrow('"name", which is no stored time');
  });
});
