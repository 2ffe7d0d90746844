import { describe, expect, it } from 'vitest';
import type { CustomField } from '../api/custom-fields';
import { numberExample } from './computed-draft';
import { changeOf, creationOf, draftOf, emptyDraft, nameFromLabel, newOption } from './field-draft';

describe('a name', () => {
  it.each([
    ['Contract end (planned)', 'contractEndPlanned'],
    ['Größe in m²', 'grosseInM2'],
    ['2nd owner', 'ndOwner'],
    ['北', ''],
    ['x'.repeat(60), 'x'.repeat(50)],
  ])('is made of "%s"', (label, name) => {
    expect(nameFromLabel(label)).toBe(name);
  });
});

describe('a new field', () => {
  it('sends only what says something', () => {
    const draft = {
      ...emptyDraft('number'),
      name: 'size',
      label: ' Size ',
      min: '0',
      options: [newOption('A')],
    };
    expect(creationOf('account', draft)).toEqual({
      object: 'account',
      name: 'size',
      type: 'number',
      label: 'Size',
      min: 0,
      audited: true,
      pii: 'internal',
    });
    expect(creationOf('account', { ...draft, isAudited: false }).audited).toBe(false);
  });

  it('has the options that were given a label, in their order', () => {
    const options = [
      newOption('Direct'),
      newOption('  '),
      { ...newOption('Partner'), labels: { de: 'Partner' } },
    ];
    const { options: sent } = creationOf('account', {
      ...emptyDraft('select'),
      name: 'x',
      label: 'X',
      options,
    });
    expect(sent).toEqual([
      { value: 'Direct', label: 'Direct' },
      { value: 'Partner', label: 'Partner', labels: { de: 'Partner' } },
    ]);
  });
});

describe('a change', () => {
  const field = {
    id: '1',
    object: 'account',
    name: 'channel',
    key: 'custom.channel',
    type: 'select',
    label: 'Channel',
    help: 'Where from',
    options: [
      { value: 'a', label: 'A' },
      { value: 'b', label: 'B' },
    ],
    entityOverrides: { e: { required: true } },
    position: 1,
    version: 1,
    createdAt: '',
    updatedAt: '',
  } as CustomField;

  it('sends what differs, and null for what is removed', () => {
    const start = draftOf(field);
    expect(changeOf(start, start)).toEqual({});
    const [a, b] = start.options;
    const draft = {
      ...start,
      help: '',
      options: [
        { ...b!, label: 'Bee' },
        { ...a!, isRetired: true },
      ],
      overrides: {},
    };
    expect(changeOf(draft, start)).toEqual({
      help: null,
      options: [
        { value: 'b', label: 'Bee' },
        { value: 'a', label: 'A', retired: true },
      ],
      entityOverrides: null,
    });
  });
});

describe('a computed field', () => {
  it('sends how it is made, and nothing about input', () => {
    const rollup = { object: 'contact', field: 'account', fn: 'count' as const, of: 'x', filter: undefined };
    const draft = { ...emptyDraft('rollup'), name: 'people', label: 'People', isRequired: true, rollup };
    expect(creationOf('account', draft)).toEqual({
      object: 'account',
      name: 'people',
      type: 'rollup',
      label: 'People',
      audited: true,
      pii: 'internal',
      rollup: { object: 'contact', field: 'account', fn: 'count' },
    });
  });

  it('sends only a new formula of one that is there', () => {
    const base = { id: '1', object: 'account', name: 'fee', key: 'custom.fee', label: 'Fee', version: 1 };
    const start = draftOf({ ...base, type: 'formula', valueType: 'number', formula: '1', scale: 2 } as never);
    expect(changeOf({ ...start, label: 'Price' }, start)).toEqual({ label: 'Price' });
    expect(changeOf({ ...start, formula: '2' }, start)).toEqual({ formula: '2' });
  });

  it('shows the first number of a series', () => {
    expect(numberExample({ prefix: 'T-', digits: '3', start: '7' })).toBe('T-007');
    expect(numberExample({ prefix: '', digits: '', start: '' })).toBe('00001');
  });
});
