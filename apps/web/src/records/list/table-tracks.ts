import type { CSSProperties } from 'react';
import { WEB_FIELD_TYPES } from '../field-types';
import type { ObjectDescription } from '../object-description';
import type { ShownColumn } from './use-list';

/** The columns with the records' names, and with short texts; see `WebFieldType.track`. */
const NAME_TRACK = [240, 2.4] as const;
const PLAIN_TRACK = [150, 1.2] as const;
/** Width of the column of checkboxes. */
const CHECK_WIDTH = 40;

/** Narrowest and widest a column can be drawn. */
export const COLUMN_WIDTHS = { min: 60, max: 1200 } as const;

function trackOf(object: ObjectDescription, { field }: ShownColumn): readonly number[] {
  if (field.key === object.nameField) return NAME_TRACK;
  return WEB_FIELD_TYPES[field.type].track ?? PLAIN_TRACK;
}

/** The width that a column has if nobody has set one; it grows if there is room. */
export function usualWidth(object: ObjectDescription, column: ShownColumn): number {
  return trackOf(object, column)[0] ?? PLAIN_TRACK[0];
}

/**
 * In: the columns, pinned ones first. Out: the grid's template, and the place of each pinned column: those after the first
 * need a fixed width before them.
 */
export function tracksOf(object: ObjectDescription, columns: ShownColumn[]) {
  const lastPinned = columns.findLastIndex(({ isPinned }) => isPinned);
  let left = CHECK_WIDTH;
  const places: (CSSProperties | undefined)[] = [];
  const tracks = columns.map((column, index) => {
    const { width, isPinned } = column;
    const [minimum = 0, share = 1] = trackOf(object, column);
    places.push(isPinned ? { left } : undefined);
    left += width ?? minimum;
    if (width !== undefined) return `${width}px`;
    return index < lastPinned ? `${minimum}px` : `minmax(${minimum}px, ${share}fr)`;
  });
  return { template: `${CHECK_WIDTH}px ${tracks.join(' ')}`, places };
}
