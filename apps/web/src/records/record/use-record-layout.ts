import { useQuery } from '@tanstack/react-query';
import { type OwnLayout, ownLayoutsQuery } from '../api/own-layouts';
import {
  conditionsOf,
  type LayoutKind,
  layoutFor,
  type PlacedSection,
  placedSections,
  unplacedFields,
} from '../layout/layout-model';
import { readValue } from '../layout/use-card-fields';
import { useConditionTest } from '../layout/use-condition-test';
import { hasSomethingToShow } from '../fields/something-to-show';
import { toWireValue } from '../fields/wire-value';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import { panelsOf } from './panel-piece';

/** How a record's page is laid out. */
export interface RecordLayout {
  /** Undefined if no layout applies: the page follows the object's description. */
  layout: OwnLayout | undefined;
  /** Whether that isn't known yet. */
  isPending: boolean;
  /** In: sections of the layout, and which fields are shown. Out: those that this record has. */
  placed(sections: OwnLayout['sections'], isShown: (field: FieldDescription) => boolean): PlacedSection[];
  /** Whether a field concerns the record: its own condition holds, or the record has a value. */
  concerns(field: FieldDescription): boolean;
  /** Fields that the layout leaves out. */
  rest: FieldDescription[];
}

/** The layout of a record. A failed request counts as none, so that the page stays usable. */
export function useRecordLayout(
  object: ObjectDescription,
  record: RecordData,
  kind: LayoutKind,
): RecordLayout {
  const { data: layouts, isPending } = useQuery(ownLayoutsQuery(object.key));
  const read = (key: string) => {
    const field = fieldOf(object, key);
    return field && toWireValue(field, readValue(object, record, key));
  };
  const layout = layoutFor(layouts, kind, read);
  const test = useConditionTest(
    object,
    conditionsOf(layout).length > 0 || object.fields.some(({ visibleIf }) => visibleIf),
  );
  const panels = panelsOf(object);
  return {
    layout,
    isPending: isPending || !test,
    placed: (sections, isShown) =>
      placedSections(sections, object, isShown, (condition) => test?.(condition, read) ?? true)
        .map((section) => ({
          ...section,
          pieces: section.pieces.filter((piece) => typeof piece !== 'string' || panels.has(piece)),
        }))
        .filter(({ pieces }) => pieces.length > 0),
    concerns: (field) =>
      !field.visibleIf || hasSomethingToShow(record, field) || (test?.(field.visibleIf, read) ?? true),
    rest: layout ? unplacedFields(layout, object) : [],
  };
}
