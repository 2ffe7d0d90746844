import { describe, expect, it } from 'vitest';
import type { OwnLayout } from '../api/own-layouts';
import type { FieldDescription, ObjectDescription } from '../object-description';
import { testCondition } from './condition-test';
import { fieldsOf, layoutFor, placedSections, typeFields, unplacedFields } from './layout-model';

const field = (key: string, type: FieldDescription['type'] = 'text', more = {}): FieldDescription => ({
  key,
  label: key,
  type,
  required: false,
  readOnly: false,
  ...more,
});
const object = {
  key: 'account',
  fields: [
    field('name'),
    field('type', 'select', { options: [{ value: 'Partner', label: 'Partner' }] }),
    field('custom.size', 'number'),
    field('note'),
  ],
} as ObjectDescription;

const section = (fields: string[], more: Partial<OwnLayout['sections'][number]> = {}) => ({
  title: null,
  columns: 1,
  collapsed: false,
  pieces: fields.map((key) => ({ field: key })),
  ...more,
});
const layout = (sections: OwnLayout['sections'], more: Partial<OwnLayout> = {}): OwnLayout => ({
  kind: 'form',
  sections,
  tabs: [],
  ...more,
});
const clock = { now: new Date('2026-01-01T00:00:00Z'), zone: 'UTC' };
const keysOf = (sections: ReturnType<typeof placedSections>) =>
  sections.map(({ pieces }) =>
    pieces.map((piece) => (typeof piece === 'string' ? `panel ${piece}` : piece.key)),
  );

describe('a layout', () => {
  it('is the first of its kind whose record type the record has', () => {
    const partner = layout([section(['note'])], { recordType: { field: 'type', value: 'Partner' } });
    const all = layout([section(['name'])]);
    const layouts = [{ ...all, kind: 'peek' as const }, partner, all];
    expect(layoutFor(layouts, 'form', () => 'Partner')).toBe(partner);
    expect(layoutFor(layouts, 'form', () => 'Customer')).toBe(all);
    expect(layoutFor(layouts, 'detail', () => 'Partner')).toBeUndefined();
    expect(typeFields(layouts, 'form')).toEqual(['type']);
  });

  it('shows fields that are there and sections whose condition holds', () => {
    const large = { field: 'custom.size', op: 'gt', value: 10 };
    const sections = [
      section(['gone', 'name']),
      section(['gone']),
      section(['note'], { when: large, pieces: [{ panel: 'history' }, { field: 'note' }] }),
    ];
    const of = (size: number) =>
      placedSections(
        sections,
        object,
        () => true,
        (condition) => testCondition(condition, object, () => size, clock),
      );
    expect(keysOf(of(11))).toEqual([['name'], ['panel history', 'note']]);
    expect(keysOf(of(10))).toEqual([['name']]);
  });

  it('is shown whole if a condition asks for a field that is gone', () => {
    expect(testCondition({ field: 'gone', op: 'eq', value: 'x' }, object, () => undefined, clock)).toBe(true);
  });

  it('leaves out the fields that are in none of its sections and tabs', () => {
    const tabs = [{ key: 'more', title: 'More', sections: [section(['note'])] }];
    const own = layout([section(['name'])], { tabs });
    expect(unplacedFields(own, object).map(({ key }) => key)).toEqual(['type', 'custom.size']);
    expect(fieldsOf(own, object).map(({ key }) => key)).toEqual(['name']);
  });
});
