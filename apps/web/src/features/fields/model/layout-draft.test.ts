import { describe, expect, it } from 'vitest';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import {
  defaultDraft,
  draftOfLayout,
  fieldPiece,
  type LayoutDraft,
  layoutWish,
  movePiece,
  moveSection,
  newSection,
  PALETTE,
  placeOf,
} from './layout-draft';

const field = (key: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  key,
  label: key,
  type: 'text',
  required: false,
  readOnly: false,
  ...more,
});
const object = {
  key: 'deal',
  presentation: { keyFacts: ['amount', 'stage'] },
  fields: [
    field('name'),
    field('amount', { type: 'money', currencyField: 'currency', section: 'Value' }),
    field('currency', { section: 'Value' }),
    field('createdAt', { readOnly: true, isSystem: true, section: 'System' }),
  ],
} as unknown as ObjectDescription;

const [name, amount, note] = ['name', 'amount', 'note'].map(fieldPiece) as [
  ReturnType<typeof fieldPiece>,
  ReturnType<typeof fieldPiece>,
  ReturnType<typeof fieldPiece>,
];
const draft = (): LayoutDraft => ({
  roles: [],
  recordType: null,
  sections: [
    { ...newSection('One', [name, amount]), id: 'one' },
    { ...newSection('Two', [note]), id: 'two' },
  ],
  tabs: [],
});
const piecesOf = ({ sections }: LayoutDraft) => sections.map(({ pieces }) => pieces);

describe('the layout that pages have without one', () => {
  it('has the sections of the description, and a tab for each panel of a detail page', () => {
    const detail = defaultDraft(object, 'detail', ['overview', 'history']);
    expect(piecesOf(detail)).toEqual([['field:name'], ['field:amount'], ['field:createdAt']]);
    expect(detail.tabs.map(({ key, sections }) => [key, sections[0]?.pieces])).toEqual([
      ['overview', ['panel:overview']],
      ['history', ['panel:history']],
    ]);
  });

  it('has no fields that nobody enters in a form, and the key facts on a card', () => {
    expect(piecesOf(defaultDraft(object, 'form', []))).toEqual([['field:name'], ['field:amount']]);
    expect(piecesOf(defaultDraft(object, 'card', []))).toEqual([['field:amount']]);
  });
});

describe('a piece', () => {
  it('moves to the place of another one, in its section or in the next', () => {
    expect(piecesOf(movePiece(draft(), name, amount))).toEqual([[amount, name], [note]]);
    expect(piecesOf(movePiece(draft(), amount, name))).toEqual([[amount, name], [note]]);
    expect(piecesOf(movePiece(draft(), name, note))).toEqual([[amount], [name, note]]);
  });

  it('moves to the end of a section, out of the palette and back', () => {
    const moved = movePiece(draft(), name, 'two');
    expect(piecesOf(moved)).toEqual([[amount], [note, name]]);
    const out = movePiece(moved, name, PALETTE);
    expect([piecesOf(out), placeOf(out, name)]).toEqual([[[amount], [note]], PALETTE]);
    expect(piecesOf(movePiece(out, name, 'one'))).toEqual([[amount, name], [note]]);
  });
});

it('sections move among their neighbours and stop at the ends', () => {
  const ids = ({ sections }: LayoutDraft) => sections.map(({ id }) => id);
  expect(ids(moveSection(draft(), 'one', 1))).toEqual(['two', 'one']);
  expect(ids(moveSection(draft(), 'one', -1))).toEqual(['one', 'two']);
});

it('what is sent is shown again as it was', () => {
  const wish = layoutWish({ ...draft(), roles: ['r'], recordType: { field: 'type', value: 'A' } });
  const stored = { id: 'x', kind: 'form', version: 1, updatedAt: '', ...wish } as never;
  expect(layoutWish(draftOfLayout(stored))).toEqual(wish);
});
