/** Layouts of records as pages draw them. Pure, so that tests need no browser. */
import type { Condition } from '@pellucid/conditions';
import type { OwnLayout } from '../api/own-layouts';
import type { FieldDescription, ObjectDescription } from '../object-description';

export type LayoutKind = OwnLayout['kind'];
type Section = OwnLayout['sections'][number];

/** A section as it is drawn. */
export interface PlacedSection {
  /** Undefined for a section without a heading. */
  title: string | undefined;
  /** Fields, and keys of panels, in their order. */
  pieces: (FieldDescription | string)[];
  columns: number;
  isCollapsed: boolean;
}

/** In: the user's layouts of an object, and how a record's values are read. Out: the layout that the record has. */
export function layoutFor(
  layouts: OwnLayout[] | undefined,
  kind: LayoutKind,
  read: (field: string) => unknown,
): OwnLayout | undefined {
  return layouts?.find(
    (layout) =>
      layout.kind === kind &&
      (!layout.recordType || read(layout.recordType.field) === layout.recordType.value),
  );
}

/** Keys of the fields by whose values the layouts of a kind are told apart. */
export function typeFields(layouts: OwnLayout[] | undefined, kind: LayoutKind): string[] {
  return [
    ...new Set((layouts ?? []).flatMap((l) => (l.kind === kind && l.recordType ? l.recordType.field : []))),
  ];
}

/** All sections of a layout, those of its tabs included. */
export function allSections({ sections, tabs }: Pick<OwnLayout, 'sections' | 'tabs'>): Section[] {
  return [...sections, ...tabs.flatMap((tab) => tab.sections)];
}

/** The conditions of a layout's sections. */
export function conditionsOf(layout: OwnLayout | undefined): Condition[] {
  return layout ? allSections(layout).flatMap(({ when }) => (when ? [when as Condition] : [])) : [];
}

/** In: sections of a layout. Out: those that have something to show of the record. */
export function placedSections(
  sections: Section[],
  object: ObjectDescription,
  isShown: (field: FieldDescription) => boolean,
  holds: (condition: Condition) => boolean,
): PlacedSection[] {
  const byKey = new Map(object.fields.map((field) => [field.key, field]));
  return sections.flatMap(({ title, columns, collapsed, when, pieces }) => {
    if (when && !holds(when as Condition)) return [];
    const placed = pieces.flatMap(({ field: key, panel }) => {
      if (key === undefined) return panel ?? [];
      const field = byKey.get(key);
      return field && isShown(field) ? field : [];
    });
    return placed.length
      ? { title: title ?? undefined, pieces: placed, columns, isCollapsed: collapsed }
      : [];
  });
}

/** Fields that are in no section of a layout. */
export function unplacedFields(layout: OwnLayout, object: ObjectDescription): FieldDescription[] {
  const placed = new Set(allSections(layout).flatMap(({ pieces }) => pieces.map(({ field }) => field)));
  return object.fields.filter(({ key }) => !placed.has(key));
}

/** Fields of the first sections, in their order: what a card shows. */
export function fieldsOf(layout: OwnLayout, object: ObjectDescription): FieldDescription[] {
  return placedSections(
    layout.sections,
    object,
    () => true,
    () => true,
  ).flatMap(({ pieces }) => pieces.filter((piece) => typeof piece !== 'string'));
}
