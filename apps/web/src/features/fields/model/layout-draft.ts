/** A layout while it is edited. Pure, so that tests need no browser. */
import type { Condition } from '@pellucid/conditions';
import { sectionsOf, unitKeys } from '@/records/form/form-sections';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import type { Layout, LayoutChange, LayoutKind } from '../api/layouts';

/** "field:name" or "panel:history". A piece is in one place only, so this identifies it. */
export type PieceId = `field:${string}` | `panel:${string}`;

export interface SectionDraft {
  id: string;
  title: string;
  titles: Record<string, string>;
  columns: number;
  isCollapsed: boolean;
  when?: Condition | undefined;
  pieces: PieceId[];
}

export interface TabDraft {
  id: string;
  key: string;
  title: string;
  titles: Record<string, string>;
  sections: SectionDraft[];
}

export interface LayoutDraft {
  roles: string[];
  recordType: { field: string; value: string } | null;
  sections: SectionDraft[];
  tabs: TabDraft[];
}

/** Where pieces that are in no section are. */
export const PALETTE = 'palette';

let lastId = 0;
const newId = (kind: string) => {
  lastId += 1;
  return `${kind}-${lastId}`;
};

export function newSection(title = '', pieces: PieceId[] = []): SectionDraft {
  return { id: newId('section'), title, titles: {}, columns: 1, isCollapsed: false, pieces };
}

/** A tab that no other has the key of. */
export function newTab(key: string, title: string, sections: SectionDraft[]): TabDraft {
  return { id: newId('tab'), key, title, titles: {}, sections };
}

export const fieldPiece = (key: string): PieceId => `field:${key}`;
export const panelPiece = (key: string): PieceId => `panel:${key}`;

/** Kinds that can contain panels, and tabs. */
export const hasPanels = (kind: LayoutKind) => kind === 'detail' || kind === 'peek';
export const hasTabs = (kind: LayoutKind) => kind === 'detail';

/** The fields that a layout of a kind can place. */
export function placeable(object: ObjectDescription, kind: LayoutKind): FieldDescription[] {
  const units = unitKeys(object);
  return object.fields.filter(
    (field) =>
      !field.isAdded &&
      (kind === 'form'
        ? !units.has(field.key) && (!field.readOnly || field.viewOnly === true)
        : !units.has(field.key) || (field.readOnly && !field.viewOnly)),
  );
}

/** In: what the description says. Out: the layout that pages have without one. */
export function defaultDraft(object: ObjectDescription, kind: LayoutKind, panels: string[]): LayoutDraft {
  const own = { roles: [], recordType: null, tabs: [] };
  const possible = new Set(placeable(object, kind));
  if (kind === 'card') {
    const facts = object.presentation.keyFacts.filter((key) =>
      [...possible].some((field) => field.key === key),
    );
    return { ...own, sections: [newSection('', facts.slice(0, 8).map(fieldPiece))] };
  }
  const sections = sectionsOf(object, '', (field) => possible.has(field)).map(({ title, fields }) =>
    newSection(
      title ?? '',
      fields.map(({ key }) => fieldPiece(key)),
    ),
  );
  if (!hasTabs(kind)) return { ...own, sections };
  return {
    ...own,
    sections,
    tabs: panels.map((key) => newTab(key, '', [newSection('', [panelPiece(key)])])),
  };
}

type StoredSection = Layout['content']['sections'][number];

function sectionOf({ title, titles, columns, collapsed, when, pieces }: StoredSection): SectionDraft {
  return {
    id: newId('section'),
    title: title ?? '',
    titles: titles ?? {},
    columns,
    isCollapsed: collapsed,
    ...(when ? { when: when as Condition } : {}),
    pieces: pieces.map((piece) => ('field' in piece ? fieldPiece(piece.field) : panelPiece(piece.panel))),
  };
}

/** In: a stored layout. Out: the draft that shows it. */
export function draftOfLayout({ roles, recordType, content }: Layout): LayoutDraft {
  return {
    roles,
    recordType,
    sections: content.sections.map(sectionOf),
    tabs: content.tabs.map(({ key, title, titles, sections }) => ({
      ...newTab(key, title ?? '', sections.map(sectionOf)),
      titles: titles ?? {},
    })),
  };
}

const said = (titles: Record<string, string>) => {
  const words = Object.entries(titles).filter(([, word]) => word.trim());
  return words.length ? { titles: Object.fromEntries(words) } : {};
};

function wishOfSection({ title, titles, columns, isCollapsed, when, pieces }: SectionDraft) {
  return {
    title: title.trim() || null,
    ...said(titles),
    columns,
    collapsed: isCollapsed,
    ...(when ? { when: when as never } : {}),
    pieces: pieces.map((piece) => {
      const [kind, key] = [piece.slice(0, 5), piece.slice(6)];
      return kind === 'field' ? { field: key } : { panel: key };
    }),
  };
}

/** What is sent of a draft. */
export function layoutWish({ roles, recordType, sections, tabs }: LayoutDraft): LayoutChange {
  return {
    roles,
    recordType,
    content: {
      sections: sections.map(wishOfSection),
      tabs: tabs.map(({ key, title, titles, sections: own }) => ({
        key,
        title: title.trim() || null,
        ...said(titles),
        sections: own.map(wishOfSection),
      })),
    },
  };
}

/** All sections, those in tabs included. */
export function sectionsIn({ sections, tabs }: LayoutDraft): SectionDraft[] {
  return [...sections, ...tabs.flatMap((tab) => tab.sections)];
}

/** The draft with each section replaced by what the function makes of it; undefined removes it. */
export function mapSections(
  draft: LayoutDraft,
  change: (section: SectionDraft) => SectionDraft | undefined,
): LayoutDraft {
  const map = (sections: SectionDraft[]) => sections.flatMap((section) => change(section) ?? []);
  return {
    ...draft,
    sections: map(draft.sections),
    tabs: draft.tabs.map((tab) => ({ ...tab, sections: map(tab.sections) })),
  };
}

/** The id of the section that a piece is in; the palette's if it is in none. */
export function placeOf(draft: LayoutDraft, piece: string): string {
  return sectionsIn(draft).find(({ pieces }) => pieces.includes(piece as PieceId))?.id ?? PALETTE;
}

/**
 * Moves a piece to where another one is, to the end of a section, or back to the palette.
 * @param over id of a piece, of a section, or of the palette
 */
export function movePiece(draft: LayoutDraft, piece: PieceId, over: string): LayoutDraft {
  if (over === piece) return draft;
  const isPlace = over === PALETTE || sectionsIn(draft).some(({ id }) => id === over);
  const target = isPlace ? over : placeOf(draft, over);
  const from = placeOf(draft, piece);
  if (isPlace && from === target) return draft;
  return mapSections(draft, (section) => {
    const before = section.pieces.indexOf(piece);
    const others = section.pieces.filter((each) => each !== piece);
    if (section.id !== target) return before < 0 ? section : { ...section, pieces: others };
    const at = isPlace ? others.length : others.indexOf(over as PieceId);
    // Within a section, a piece that is dragged down comes after the one that it is dragged to.
    const isDown = before >= 0 && before < section.pieces.indexOf(over as PieceId);
    return { ...section, pieces: others.toSpliced(isDown ? at + 1 : at, 0, piece) };
  });
}

/** Moves a section up (-1) or down (1) among its neighbours. */
export function moveSection(draft: LayoutDraft, id: string, step: number): LayoutDraft {
  const move = (sections: SectionDraft[]) => {
    const at = sections.findIndex((section) => section.id === id);
    const section = sections[at];
    if (!section || at + step < 0 || at + step >= sections.length) return sections;
    return sections.toSpliced(at, 1).toSpliced(at + step, 0, section);
  };
  return {
    ...draft,
    sections: move(draft.sections),
    tabs: draft.tabs.map((tab) => ({ ...tab, sections: move(tab.sections) })),
  };
}
