import { expect, test } from 'vitest';
import { foldedChanges } from './folded-changes';

const change = (field: string, before: unknown, after: unknown) => ({
  changes: { [field]: { before, after } },
});

test('several changes of a field are one, from the first value to the last', () => {
  const events = [
    change('city', 'Rome', 'Milan'),
    change('country', null, 'IT'),
    change('city', 'Bern', 'Rome'),
  ];
  expect(foldedChanges(events)).toEqual({
    city: { before: 'Bern', after: 'Milan' },
    country: { before: null, after: 'IT' },
  });
});

test('a field that is as before is left out, and one that was there from the start has no value before', () => {
  expect(foldedChanges([change('city', 'Rome', 'Bern'), change('city', 'Bern', 'Rome')])).toEqual({});
  expect(foldedChanges([change('city', 'Rome', 'Bern'), { changes: { city: { after: 'Rome' } } }])).toEqual({
    city: { after: 'Bern' },
  });
});
