import { isLink, linkKey } from '@pellucid/conditions';
import type { DecimalMark } from '@pellucid/conditions/locale-text';
import { type FieldDescriptor, namedLink } from '@pellucid/platform/records';
import type { ExportColumn } from '../export-columns.js';
import { ZonedTimes } from './zoned-times.js';

/** How values are written in the cells of a table. */
export interface CellOptions {
  /** Whether references are written as the names of their records, or as their IDs. */
  references: 'name' | 'id';
  decimalMark: DecimalMark;
  /** IANA zone of times. */
  zone: string;
}

/** A reference or link, or an author: these have no ID or name if they are no person or key that one sees. */
type Named = { object?: string; id: string | null; name?: string; role?: string };

/** Writes values in API form as texts, in forms that our imports read as the same values. */
export class CellTexts {
  readonly times: ZonedTimes;

  constructor(private readonly options: CellOptions) {
    this.times = new ZonedTimes(options.zone);
  }

  /** Returns the text of a column's value; empty if there is none. */
  of({ field, isTime }: ExportColumn, value: unknown): string {
    if (value === null || value === undefined) return '';
    if (field) return this.ofField(field, value);
    if (isTime) return this.times.text(value as string);
    return typeof value === 'object' ? this.reference(value as Named) : String(value);
  }

  /** Returns how a reference or link is written. */
  reference(value: Named): string {
    const { object, id, name, role } = value;
    const isNamed = this.options.references === 'name';
    if (id === null || object === undefined) return (isNamed ? name : id) ?? '';
    const key = linkKey({ object, id, ...(role === undefined ? {} : { role }) });
    if (!isNamed) return key;
    return name === undefined ? '' : namedLink(name, key);
  }

  private ofField(field: FieldDescriptor, value: unknown): string {
    const { family, cell } = field.traits;
    if (field.references || isLink(family)) {
      if (!Array.isArray(value)) return typeof value === 'object' ? this.reference(value as Named) : '';
      return cell.write(value.map((one) => this.reference(one as Named)).filter(Boolean), field);
    }
    if (family === 'decimal') return this.decimal(field, cell.write(value, field));
    // A masked time is a text of its own.
    if (family === 'datetime') return this.times.text(value as string);
    return cell.write(value, field);
  }

  /** Three digits after the mark could be a group, so they get a zero if imports could take them for one. */
  private decimal(field: FieldDescriptor, text: string): string {
    const { decimalMark } = this.options;
    const written = decimalMark === '.' ? text : text.replace('.', decimalMark);
    if (written.at(-4) !== decimalMark) return written;
    return field.traits.cell.clear?.(written, { decimalMark, dateOrder: 'YMD' }) ?? written;
  }
}
