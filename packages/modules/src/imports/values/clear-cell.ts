import { bareNumber, decimalOf, parseDateText } from '@pellucid/conditions/locale-text';
import type { FieldDescriptor } from '@pellucid/platform/records';
import type { ColumnConventions } from './column-conventions.js';

/**
 * Rewrites a cell so that it can be read in only one way, even in a file without the other rows: `1.500` becomes `1500`
 * or `1.5000`, `03/04/2026` becomes `2026-04-03`. A text that is not readable, or already unambiguous, is unchanged.
 */
export function clearCell(
  text: string,
  field: FieldDescriptor,
  { dateOrder, decimalMark }: Pick<ColumnConventions, 'dateOrder' | 'decimalMark'>,
): string {
  if (field.type === 'number' || field.type === 'money') return clearNumber(text, decimalMark);
  if (field.type !== 'date' && field.type !== 'datetime') return text;
  const written = parseDateText(text, dateOrder);
  const orders = (['DMY', 'MDY'] as const).flatMap((order) => parseDateText(text, order)?.date ?? []);
  if (!written || new Set(orders).size < 2) return text;
  return [written.date, written.time, written.offset].filter(Boolean).join(' ');
}

function clearNumber(text: string, mark: ColumnConventions['decimalMark']): string {
  const bare = bareNumber(text);
  if (!bare || mark === undefined || !text.includes(bare.digits)) return text;
  const value = decimalOf({ digits: bare.digits, negative: false, percent: false }, mark);
  const other = decimalOf({ digits: bare.digits, negative: false, percent: false }, mark === '.' ? ',' : '.');
  if (value === undefined || other === undefined || value === other) return text;
  const [whole, fraction] = value.split('.') as [string, string?];
  // Four digits after a mark cannot be a group.
  const digits = fraction === undefined ? whole : `${whole}${mark}${fraction.padEnd(4, '0')}`;
  return text.replace(bare.digits, digits);
}
