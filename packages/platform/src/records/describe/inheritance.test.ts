import { expect, test } from 'vitest';
import { defineRecord, field, type Linkable, type VisibleThrough } from './descriptor.js';
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

test('links to any object lead to none that others open, unless it is named', () => {
  const about = (key: string, linksTo: Linkable) =>
    defineRecord(
      {
        key,
        plural: `${key}s`,
        label: key,
        pluralLabel: `${key}s`,
        table: key,
        fields: [field.text('name', 'Name'), field.links('about', 'About', linksTo)],
        visibleThrough: [{ field: 'about', see: 'read' }],
      },
      [],
    );
  const registry = new RecordRegistry([
    object('deal', []),
    about('note', 'any'),
    about('task', 'any'),
    about('file', ['any', 'note']),
  ]);
  const targets = (key: string) => registry.productTargetsOf(registry.productObject(key).byKey.get('about')!);
  expect([targets('note'), targets('task'), targets('file')]).toEqual([['deal'], ['deal'], ['deal', 'note']]);
});
