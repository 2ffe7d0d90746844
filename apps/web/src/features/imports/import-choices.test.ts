import { describe, expect, it } from 'vitest';
import { PLAIN_TRAITS } from '@/records/testing/described-traits';
import type { ObjectDescription } from '@/records/object-description';
import type { Inspection } from './api/import.types';
import {
  mappedTwice,
  missingRequired,
  suggestedChoices,
  toOptions,
  unknownNames,
  unknownOptions,
  withColumn,
} from './import-choices';

const field = (key: string, more: object = {}) => ({
  key,
  label: key,
  type: 'text' as const,
  required: false,
  readOnly: false,
  filterable: true,
  importable: true,
  ...more,
});
const deal: ObjectDescription = {
  ...PLAIN_TRAITS,
  key: 'opportunity',
  path: '/opportunities',
  label: 'Opportunity',
  pluralLabel: 'Opportunities',
  nameField: 'name',
  fields: [
    field('externalId'),
    field('name', { required: true }),
    field('product', { type: 'reference', references: 'product' }),
    field('amount', { type: 'money' }),
    field('baseAmount', { type: 'money', readOnly: true }),
  ],
};
const column = (name: string, suggestedField?: string) => ({ name, samples: [], filled: 1, suggestedField });
const inspection: Inspection = {
  fileId: 'f',
  name: 'deals.csv',
  size: 10,
  format: 'csv',
  encoding: 'utf-8',
  delimiter: ',',
  sheet: null,
  sheets: [],
  dateOrder: 'YMD',
  columns: [column('id'), column('product'), column('value'), column('note')],
  rows: [],
  totalEstimate: 1,
  totalIsExact: true,
  suggestions: [
    { object: 'opportunity', score: 1, mapping: { id: 'externalId', product: 'product', value: 'amount' } },
  ],
  problems: [],
  previous: null,
  corrects: null,
};

describe('initial choices', () => {
  it('follow the suggestions of the chosen object and recognise rows by external id', () => {
    const choices = suggestedChoices(deal, inspection);
    expect(choices.columns['value']?.targets).toEqual(['amount']);
    expect(choices.columns['note']).toBeUndefined();
    expect(choices).toMatchObject({ mode: 'upsert', matchBy: ['externalId'] });
  });

  it('only create records if nothing in the file identifies a row', () => {
    const bare = {
      ...inspection,
      suggestions: [{ object: 'opportunity', score: 1, mapping: { value: 'amount' } }],
    };
    expect(suggestedChoices(deal, bare)).toMatchObject({ mode: 'create', matchBy: [] });
  });
});

describe('options of the import', () => {
  it('contain the mapping, replacements and how references are found, without unmapped columns', () => {
    let choices = suggestedChoices(deal, inspection);
    choices = withColumn(choices, 'product', { values: { GTXPro: 'GTX Pro' }, unknown: 'create' });
    expect(toOptions(deal, choices, { dateOrder: 'DMY' })).toEqual({
      object: 'opportunity',
      mode: 'upsert',
      matchBy: ['externalId'],
      mapping: { id: 'externalId', product: 'product', value: 'amount' },
      values: { product: { GTXPro: 'GTX Pro' } },
      references: { product: { by: 'name', unknown: 'create' } },
      unknownOptions: 'error',
      dateOrder: 'DMY',
    });
  });

  it('give several fields of one column as a list', () => {
    const choices = withColumn(suggestedChoices(deal, inspection), 'id', { targets: ['externalId', 'name'] });
    expect(toOptions(deal, choices, {}).mapping['id']).toEqual(['externalId', 'name']);
  });
});

describe('columns of lines', () => {
  const withLines: ObjectDescription = {
    ...deal,
    lines: [
      {
        key: 'lines',
        label: 'Product lines',
        fields: [
          field('lines.product', { type: 'reference', references: 'product', required: true }),
          field('lines.quantity', { type: 'number', required: true, default: '1' }),
          field('lines.amount', { type: 'money', readOnly: true }),
        ],
      },
    ],
  };
  const mapped = (...targets: string[]) =>
    targets.reduce(
      (choices, target, at) => withColumn(choices, inspection.columns[at]!.name, { targets: [target] }),
      suggestedChoices(deal, { ...inspection, suggestions: [] }),
    );

  it('update lines with the same required field unless the user chose otherwise', () => {
    const choices = mapped('lines.quantity', 'lines.product');
    expect(toOptions(withLines, choices, {}).lines).toEqual({
      lines: { mode: 'match', matchBy: 'lines.product' },
    });
    const replacing = { ...choices, lines: { lines: { mode: 'replace' as const } } };
    expect(toOptions(withLines, replacing, {}).lines).toEqual({ lines: { mode: 'replace' } });
    const masked = structuredClone(withLines);
    masked.lines![0]!.fields[0]!.access = 'mask';
    expect(toOptions(masked, choices, {}).lines).toEqual({ lines: { mode: 'add' } });
    expect(toOptions(withLines, mapped('name'), {})).not.toHaveProperty('lines');
  });

  it('need what every line needs, if any is mapped', () => {
    expect(missingRequired(withLines, mapped('name'))).toEqual([]);
    expect(missingRequired(withLines, mapped('name', 'lines.quantity')).map(({ label }) => label)).toEqual([
      'Product lines › lines.product',
    ]);
  });
});

describe('a changed column', () => {
  it('drops its replacements and its match key when it fills another field', () => {
    let choices = withColumn(suggestedChoices(deal, inspection), 'id', { values: { a: 'b' } });
    choices = withColumn(choices, 'id', { targets: ['name'] });
    expect(choices.columns['id']?.values).toEqual({});
    expect(choices.matchBy).toEqual([]);
  });

  it('is reported if a field is filled twice or a required one not at all', () => {
    const choices = suggestedChoices(deal, inspection);
    expect(missingRequired(deal, choices).map(({ key }) => key)).toEqual(['name']);
    expect([...mappedTwice(withColumn(choices, 'note', { targets: ['amount'] }))]).toEqual(['amount']);
    expect(mappedTwice(choices).size).toBe(0);
  });
});

describe('values of a file', () => {
  it('are matched by value or label, ignoring case', () => {
    const stage = field('status', { type: 'select', options: [{ value: 'new', label: 'Brand new' }] });
    expect(unknownOptions(stage, ['NEW', 'brand new ', 'old'])).toEqual(['old']);
    expect(unknownNames(['GTX Pro'], ['gtx pro', 'GTXPro'])).toEqual(['GTXPro']);
  });
});
