import { parseDateText } from '@pellucid/conditions/locale-text';
import type { FieldDescriptor } from '../descriptor.js';
import { CellError, shownText } from './cell-error.js';
import type { CellForm, ColumnConventions } from './cell-form.js';

/** Cells that contain a date, and perhaps a time. */
export const dateCell: Omit<CellForm, 'read'> = {
  write: String,
  clear(text, { dateOrder }) {
    const written = parseDateText(text, dateOrder);
    const orders = (['DMY', 'MDY'] as const).flatMap((order) => parseDateText(text, order)?.date ?? []);
    if (!written || new Set(orders).size < 2) return text;
    return [written.date, written.time, written.offset].filter(Boolean).join(' ');
  },
  fit: (column) => column.share('dates'),
};

/** Returns the date in a cell, with its time and offset if it has them. @throws CellError */
export function dateOf(text: string, field: FieldDescriptor, { dateOrder }: ColumnConventions) {
  const written = parseDateText(text, dateOrder);
  if (!written) throw new CellError(`notADate${dateOrder}`, { cell: shownText(text), field: field.label });
  return written;
}
