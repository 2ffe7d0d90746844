import { expect, test } from 'vitest';
import { type DeletionEffect, type DeletionPreview, mergePreviews } from './deletion-preview';

const effect = (given: Partial<DeletionEffect>): DeletionEffect => ({
  effect: 'unlink',
  object: 'contact',
  label: 'Contacts',
  field: 'accounts',
  fieldLabel: 'All accounts',
  count: 1,
  capped: false,
  records: [{ id: '1', name: 'Ada' }],
  allowed: true,
  ...given,
});
const preview = (...effects: DeletionEffect[]): DeletionPreview => {
  const outcome = { allowed: effects.every((one) => one.allowed), effects };
  return { unlink: outcome, delete: outcome };
};

test('previews of several batches add up by object, field and effect', () => {
  const { unlink } = mergePreviews([
    preview(effect({ count: 500 }), effect({ object: 'opportunity', field: 'account' })),
    preview(effect({ count: 3, capped: true, allowed: false, records: [{ id: '2', name: 'Bo' }] })),
  ]);
  expect(unlink.allowed).toBe(false);
  expect(
    unlink.effects.map(({ object, count, capped, allowed }) => [object, count, capped, allowed]),
  ).toEqual([
    ['contact', 503, true, false],
    ['opportunity', 1, false, true],
  ]);
  expect(unlink.effects[0]!.records.map(({ name }) => name)).toEqual(['Ada', 'Bo']);
});
