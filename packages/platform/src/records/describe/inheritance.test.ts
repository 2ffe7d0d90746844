import { expect, test } from 'vitest';
import { defineRecord, field, type VisibleThrough } from './descriptor.js';
import { RecordRegistry } from './registry.js';

/** An object that refers to others, and is visible through some of these references. */
const object = (key: string, references: string[], through = references) =>
  defineRecord(
    {
      key,
      plural: `${key}s`,
      label: key,
      pluralLabel: `${key}s`,
      table: key,
      fields: [field.text('name', 'Name'), ...references.map((to) => field.reference(to, to, to))],
      visibleThrough: through.map((to): VisibleThrough => ({ field: to, see: 'read' })),
    },
    [],
  );

test('records may be visible through others that are visible through others', () => {
  const chain = [
    object('deal', []),
    object('mail', ['deal']),
    object('note', ['mail']),
    object('file', ['note']),
  ];
  expect(() => new RecordRegistry(chain)).not.toThrow();
});

test('a chain of four links is refused at start', () => {
  const chain = [
    object('account', []),
    object('deal', ['account']),
    object('mail', ['deal']),
    object('note', ['mail']),
    object('file', ['note']),
  ];
  expect(() => new RecordRegistry(chain)).toThrow(/more than 3 links/);
});

test('an object that would open itself is refused at start', () => {
  expect(() => new RecordRegistry([object('note', ['file']), object('file', ['note'])])).toThrow(
    /in a circle/,
  );
  expect(() => new RecordRegistry([object('note', ['note'])])).toThrow(/in a circle/);
  expect(() => new RecordRegistry([object('note', ['file']), object('file', ['note'], [])])).not.toThrow();
});

test('a field that links to no records opens none', () => {
  expect(() => object('note', [], ['name'])).toThrow(/"name", which does not link to records/);
  expect(() => object('note', [], ['missing'])).toThrow(/"missing"/);
});
