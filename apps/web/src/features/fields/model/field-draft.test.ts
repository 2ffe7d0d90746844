import { describe, expect, it } from 'vitest';
import type { CustomField } from '../api/custom-fields';
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
