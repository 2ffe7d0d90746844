import { defineRecord, field } from '@pellucid/platform/records';
import { expect, test } from 'vitest';
import { ColumnProfile } from '../values/column-profile.js';
import { suggestMapping } from './suggest-mapping.js';

const deal = defineRecord({
  key: 'opportunity',
  label: 'Opportunity',
  plural: 'opportunities',
  pluralLabel: 'Opportunities',
  table: 'opportunity',
  fields: [
    field.text('name', 'Name', { required: true }),
    field.reference('account', 'Account', 'account'),
    field.money('amount', 'Amount'),
    field.select('stage', 'Stage', [{ value: 'new', label: 'New' }]),
    field.date('closeDate', 'Close date'),
    field.number('probability', 'Probability'),
    field.reference('owner', 'Owner', 'member'),
  ],
});

const suggested = (columns: Record<string, string>) =>
  suggestMapping(
    Object.entries(columns).map(([name, value]) => {
      const profile = new ColumnProfile();
      profile.observe(value);
      return { name, profile };
    }),
    deal,
  ).mapping;

test('names that other systems use find their fields, in English and German', () => {
  expect(
    suggested({
      Company: 'Acme',
      Deal: 'Big one',
      Value: '1,200',
      Close: '2026-03-01',
      'Deal stage': 'new',
      'Sales rep': 'Ada',
    }),
  ).toEqual({
    Company: 'account',
    Deal: 'name',
    Value: 'amount',
    Close: 'closeDate',
    'Deal stage': 'stage',
    'Sales rep': 'owner',
  });
  expect(
    suggested({
      Kunde: 'Acme',
      Verkaufschance: 'Groß',
      Betrag: '1.200,00',
      Abschlussdatum: '01.03.2026',
      Phase: 'new',
      Wahrscheinlichkeit: '50 %',
      Betreuer: 'Ada',
    }),
  ).toEqual({
    Kunde: 'account',
    Verkaufschance: 'name',
    Betrag: 'amount',
    Abschlussdatum: 'closeDate',
    Phase: 'stage',
    Wahrscheinlichkeit: 'probability',
    Betreuer: 'owner',
  });
});

test('columns named like properties of every JavaScript object get no suggestion', () => {
  expect(suggested({ constructor: 'x', toString: 'y', hasOwnProperty: 'z' })).toEqual({});
});

// To fold a long name for each field would hold everybody up.
test('the name of a column is read once, however long it is', () => {
  const profile = new ColumnProfile();
  const read: string[] = [];
  const column = {
    profile,
    get name() {
      read.push('name');
      return 'Betrag '.repeat(100_000);
    },
  };
  suggestMapping([column], deal);
  expect(read).toHaveLength(1);
});

test('of the members of a reference in JSON, the ID says exactly which record is meant', () => {
  const id = '0190f3a2-7c1e-7b3a-9d4e-5f6a7b8c9d0e';
  expect(
    suggested({ 'account.id': id, 'account.name': 'Acme', 'owner.id': '17', 'owner.name': 'Ada' }),
  ).toEqual({
    'account.id': 'account',
    'owner.name': 'owner',
  });
});
