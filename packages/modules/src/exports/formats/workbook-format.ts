import type { PresentedRecord } from '@pellucid/platform/records';
import type { ExportColumn } from '../export-columns.js';
import { exportTooLarge, tooLongForCell, tooManyRows } from '../exports.errors.js';
import type { CellTexts } from './cell-texts.js';
import { type FileFormat, type FormatState, rowsOf, type WrittenRows } from './file-format.js';
import { ZipPieces, ZipTooLargeError } from './zip-pieces.js';

/** Most rows of a sheet, with the header. */
export const MOST_SHEET_ROWS = 1_048_576;
/** Most characters of a cell. */
const MOST_CELL_CHARACTERS = 32_767;
/** Most digits that a number of a spreadsheet keeps. */
const MOST_DIGITS = 15;
const DAY_MS = 86_400_000;
/** Serial number of 1970-01-01. */
const EPOCH = 25_569;
/** The first serial number that all spreadsheet programs take for the same day: 1 March 1900. */
const FIRST_SERIAL = 61;

/** Positions in `cellXfs` of the styles. */
const STYLE = { date: 1, time: 2, header: 3 } as const;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The parts of a workbook besides its sheet. */
function smallParts(sheet: string): Record<string, string> {
  const relationship = (n: number, type: string, target: string) =>
    `<Relationship Id="rId${n}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const part = (name: string, type: string) =>
    `<Override PartName="/${name}" ContentType="${SPREADSHEET}.${type}+xml"/>`;
  return {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${part('xl/workbook.xml', 'sheet.main')}${part('xl/worksheets/sheet1.xml', 'worksheet')}${part('xl/styles.xml', 'styles')}</Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relationship(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escaped(sheetName(sheet))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relationship(1, 'worksheet', 'worksheets/sheet1.xml')}${relationship(2, 'styles', 'styles.xml')}</Relationships>`,
    'xl/styles.xml': `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
  };
}

/** A workbook with one sheet (ECMA-376). Numbers, dates and times are cells of their kind, wherever these hold the exact value. */
export class WorkbookFormat implements FileFormat {
  readonly mediaType = `${SPREADSHEET}.sheet`;
  readonly extension = 'xlsx';
  private readonly zip: ZipPieces;
  private row: number;
  private readonly letters: string[];

  /**
   * @param sheet name of the sheet
   * @param importZone zone in which imports read times without an offset; times in another zone are texts
   */
  constructor(
    private readonly columns: ExportColumn[],
    private readonly collections: string[],
    private readonly texts: CellTexts,
    sheet: string,
    private readonly importZone: string,
    state: FormatState,
  ) {
    const { crc = 0, packed = 0, size = 0, row = 0 } = state;
    this.zip = new ZipPieces(smallParts(sheet), 'xl/worksheets/sheet1.xml', { crc, packed, size });
    this.row = row;
    this.letters = columns.map((_, at) => lettersOf(at));
  }

  get state(): FormatState {
    return { ...this.zip.state, row: this.row };
  }

  begin(): Buffer {
    const last = this.letters.at(-1);
    const header = this.rowOf(
      this.columns.map(({ header }, at) => textCell(`${this.letters[at]}1`, header, STYLE.header)),
    );
    const sheet = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="${this.columns.length}" width="18" customWidth="1"/></cols><sheetData>${header}`;
    if (!last) throw new Error('a sheet has at least one column');
    return Buffer.concat([this.zip.begin(), this.piece(sheet)]);
  }

  rows(records: PresentedRecord[]): WrittenRows {
    const rows = records.flatMap((record) => rowsOf(record, this.columns, this.collections));
    const xml = rows.map((values) => {
      if (this.row >= MOST_SHEET_ROWS) throw tooManyRows();
      const number = this.row + 1;
      return this.rowOf(values.map((value, at) => this.cellOf(at, value, `${this.letters[at]}${number}`)));
    });
    return { bytes: rows.length ? this.piece(xml.join('')) : Buffer.alloc(0), rows: rows.length };
  }

  end(): Buffer {
    return this.limited(() => this.zip.end('</sheetData></worksheet>'));
  }

  count(piece: Buffer, isFirst: boolean): number {
    const xml = this.zip.unpacked(piece, isFirst);
    let rows = isFirst ? -1 : 0;
    for (let at = xml.indexOf('</row>'); at >= 0; at = xml.indexOf('</row>', at + 6)) rows++;
    return rows;
  }

  private rowOf(cells: string[]): string {
    this.row++;
    return `<row r="${this.row}">${cells.join('')}</row>`;
  }

  private cellOf(at: number, value: unknown, place: string): string {
    if (value === null || value === undefined) return '';
    const column = this.columns[at]!;
    const family = column.field?.traits.family;
    if (family === 'decimal') {
      const number = column.field!.traits.cell.write(value, column.field!);
      if (isExact(number)) return `<c r="${place}"><v>${number}</v></c>`;
    } else if (family === 'boolean') return `<c r="${place}" t="b"><v>${value === true ? 1 : 0}</v></c>`;
    else if (family === 'date') {
      const serial = Date.parse(value as string) / DAY_MS + EPOCH;
      if (serial >= FIRST_SERIAL) return `<c r="${place}" s="${STYLE.date}"><v>${serial}</v></c>`;
    } else if (family === 'datetime' || column.isTime) {
      const serial = this.serialOf(value as string);
      if (serial !== undefined) return `<c r="${place}" s="${STYLE.time}"><v>${serial}</v></c>`;
    }
    const text = this.texts.of(column, value);
    if (text.length > MOST_CELL_CHARACTERS) throw tooLongForCell(column.header);
    return text === '' ? '' : textCell(place, text);
  }

  /** Returns the serial number of an instant; undefined if a cell can't say which instant it is. */
  private serialOf(iso: string): number | undefined {
    const { times } = this.texts;
    if (times.zone !== this.importZone || !iso.endsWith('.000Z')) return undefined;
    const { local, isClear } = times.at(iso);
    const serial = local / DAY_MS + EPOCH;
    return isClear && local % 1000 === 0 && serial >= FIRST_SERIAL ? serial : undefined;
  }

  private piece(xml: string): Buffer {
    return this.limited(() => this.zip.piece(xml));
  }

  private limited<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      if (error instanceof ZipTooLargeError) throw exportTooLarge();
      throw error;
    }
  }
}

/** Whether a number of a spreadsheet keeps all digits of a decimal text. */
function isExact(number: string): boolean {
  return number.replace(/[-.]/g, '').replace(/^0+/, '').length <= MOST_DIGITS;
}

function textCell(place: string, text: string, style?: number): string {
  return `<c r="${place}" t="inlineStr"${style ? ` s="${style}"` : ''}><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

const SPECIAL = /[&<>"_\p{Cc}\ufffe\uffff]/u;
const KEPT = new Set(['\n', '\t']);

/** Characters that XML can't contain, or changes, are written as `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (c) => (KEPT.has(c) ? c : `_x${hex(c.charCodeAt(0))}_`))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const hex = (code: number) => code.toString(16).toUpperCase().padStart(4, '0');

/** A name that spreadsheet programs accept: 31 characters, without those that separate sheets from cells. */
function sheetName(name: string): string {
  const tidy = name
    .replace(/[\\/*?:[\]\p{Cc}]/gu, ' ')
    .replace(/^'+|'+$/g, '')
    .trim();
  return [...tidy].slice(0, 31).join('') || 'Export';
}

/** 27 → `AB`. */
function lettersOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : lettersOf(Math.floor(at / 26) - 1) + letter;
}
