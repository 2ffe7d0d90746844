import { StoredFileMissingError } from '@pellucid/platform/storage';
import { SharedTexts } from './shared-texts.js';
import type { TableSource } from './table-file.js';
import { TableRefusedError } from './table-refused.js';
import { localName, type XmlListener, xmlEvents } from './xml-events.js';
import { formattedNumber, type NumberFormat, numberFormat, serialText } from './xlsx-numbers.js';
import { ZipArchive } from './zip-archive.js';

/** Maximum unpacked size of a workbook's parts together, in bytes: reading them takes time, not memory. */
const MAX_UNPACKED = 1024 * 1024 * 1024;
/** Maximum number of characters of a row's cells together. */
const MAX_ROW = 4_000_000;
/** Maximum number of sheets. */
const MAX_SHEETS = 1_000;
/** Number of columns of a spreadsheet (XFD). */
const LAST_COLUMN = 16_384;
const WORKBOOK = 'xl/workbook.xml';
const SHARED_TEXTS = 'xl/sharedStrings.xml';
const STYLES = 'xl/styles.xml';

/** A row of a sheet. */
export interface SheetRow {
  cells: string[];
  /** Columns whose cells are numbers: their decimal mark is a point, whatever texts of the column suggest. */
  numbers?: ReadonlySet<number>;
}

/** A workbook's sheets, read piece by piece: only its distinct texts are held in memory, up to a limit. */
export class Workbook {
  private constructor(
    private readonly archive: ZipArchive,
    /** Maps a sheet's name to the name of its part, in order. */
    private readonly parts: ReadonlyMap<string, string>,
    private readonly is1904: boolean,
  ) {}

  /** Opens a workbook. @throws TableRefusedError when it is not a workbook, or unpacks to too much */
  static async open(source: TableSource): Promise<Workbook> {
    const archive = await ZipArchive.open(source);
    if (!archive.has(WORKBOOK))
      throw new TableRefusedError(
        'The file is an archive, not an XLSX workbook. Choose a file of CSV, XLSX or JSON lines.',
      );
    if (archive.unpackedSize > MAX_UNPACKED)
      throw new TableRefusedError(
        `The workbook holds more than ${MAX_UNPACKED / 1024 / 1024} MB when extracted. Save the sheet as CSV.`,
      );
    return guarded(async () => {
      const { sheets, is1904 } = await readWorkbook(archive);
      const targets = await readTargets(archive);
      const parts = new Map<string, string>();
      for (const { name, id } of sheets) {
        const part = targets.get(id);
        if (part && archive.has(part)) parts.set(name, part);
      }
      return new Workbook(archive, parts, is1904);
    });
  }

  /** Returns the names of the sheets, in order. */
  get sheets(): string[] {
    return [...this.parts.keys()];
  }

  /**
   * Unpacks the parts that a sheet needs without keeping them.
   * @throws TableRefusedError when one is larger than declared
   */
  async verify(sheet: string): Promise<void> {
    for (const part of [SHARED_TEXTS, STYLES, this.parts.get(sheet)])
      if (part !== undefined && this.archive.has(part)) await this.archive.verify(part);
  }

  /**
   * Yields the rows of a sheet, some at a time. Cells are texts: dates in ISO form; numbers with a point, and with the
   * currency, percent sign or leading zeros of their format. Empty cells at the end of a row are left out.
   * @param onProgress called with the share that was read, from 0 to 1
   * @throws TableRefusedError
   */
  async *rows(sheet: string, onProgress: (share: number) => void): AsyncGenerator<SheetRow[]> {
    const part = this.parts.get(sheet);
    if (part === undefined) throw new TableRefusedError(`The workbook has no sheet "${sheet}".`);
    const [texts, formats] = await guarded(() =>
      Promise.all([readSharedTexts(this.archive), readFormats(this.archive)]),
    );
    const reader = new SheetReader(texts, formats, this.is1904);
    const size = this.archive.packedSize(part);
    let packed = 0;
    const bytes = this.archive.read(part, (count) => (packed += count));
    const events = xmlEvents(bytes, reader);
    try {
      for (;;) {
        const { done } = await guarded(() => events.next());
        onProgress(done ? 1 : Math.min(1, packed / size));
        const rows = reader.take();
        if (rows.length) yield rows;
        if (done) return;
      }
    } finally {
      await events.return(undefined);
    }
  }
}

const PLAIN: NumberFormat = { isDate: false, isPercent: false, digits: 0 };

/** Turns the cells of a sheet into rows of text. */
class SheetReader implements XmlListener {
  private rows: SheetRow[] = [];
  private cells: string[] = [];
  private readonly numbers: number[] = [];
  /** From the previous row: most rows of a table have numbers in the same columns and share the set. */
  private lastNumbers: ReadonlySet<number> = new Set();
  private column = -1;
  private type = 'n';
  private style = 0;
  private raw = '';
  private isText = false;
  private isInline = false;
  private phonetic = 0;
  private characters = 0;

  constructor(
    private readonly texts: SharedTexts,
    private readonly formats: NumberFormat[],
    private readonly is1904: boolean,
  ) {}

  /** Returns the complete rows. */
  take(): SheetRow[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === 'c') {
      this.column = columnOf(attributes['r']) ?? this.column + 1;
      this.type = attributes['t'] ?? 'n';
      this.style = Number(attributes['s'] ?? 0);
      this.raw = '';
    } else if (name === 'v') this.isText = true;
    else if (name === 'is') this.isInline = true;
    else if (name === 'rPh') this.phonetic++;
    else if (name === 't') this.isText = this.isInline && this.phonetic === 0;
    else if (name === 'row') this.beginRow();
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.isText = false;
    else if (name === 'is') this.isInline = false;
    else if (name === 'rPh') this.phonetic--;
    else if (name === 'c') this.endCell();
    else if (name === 'row')
      this.rows.push({
        cells: Array.from(this.cells, (cell) => cell ?? ''),
        ...(this.numbers.length > 0 && { numbers: this.numberColumns() }),
      });
  }

  text(text: string): void {
    if (this.isText) this.raw += text;
  }

  private numberColumns(): ReadonlySet<number> {
    const { numbers, lastNumbers } = this;
    if (numbers.length !== lastNumbers.size || !numbers.every((column) => lastNumbers.has(column)))
      this.lastNumbers = new Set(numbers);
    return this.lastNumbers;
  }

  private beginRow(): void {
    this.cells = [];
    this.numbers.length = 0;
    this.column = -1;
    this.characters = 0;
  }

  private endCell(): void {
    const value = this.valueOf(this.raw);
    if (value === '') return;
    if (this.column >= LAST_COLUMN) throw new Error(`there is no column ${this.column}`);
    this.assertFits(value.length);
    this.characters += value.length;
    this.cells[this.column] = value;
  }

  private assertFits(characters: number): void {
    if (this.characters + characters > MAX_ROW)
      throw new TableRefusedError("The workbook has a row of several million characters and isn't a table.");
  }

  private valueOf(raw: string): string {
    if (raw === '') return '';
    switch (this.type) {
      case 's': {
        const size = this.texts.sizeOf(Number(raw));
        if (size === undefined) throw new Error(`there is no shared text ${raw}`);
        this.assertFits(size / 4);
        return this.texts.get(Number(raw));
      }
      case 'n': {
        const format = this.formats[this.style] ?? PLAIN;
        if (format.isDate) return serialText(raw, this.is1904);
        this.numbers.push(this.column);
        return formattedNumber(raw, format);
      }
      case 'b':
        return raw === '1' ? 'true' : 'false';
      case 'd':
        return raw.replace(/T00:00:00(\.0+)?Z?$/, '');
      case 'inlineStr':
      case 'str':
        return unescaped(raw);
      default:
        return raw;
    }
  }
}

/** `AB12` → 27. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Characters that XML cannot contain are written as `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

async function readAll(archive: ZipArchive, part: string, listener: XmlListener): Promise<void> {
  for await (const _ of xmlEvents(archive.read(part), listener));
}

async function readWorkbook(archive: ZipArchive) {
  const sheets: { name: string; id: string }[] = [];
  let is1904 = false;
  await readAll(archive, WORKBOOK, {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      // `r:id`; the file chooses the prefix, while `sheetId` and an `id` without a prefix are something else.
      const id = Object.entries(attributes).find(([key]) => key.includes(':') && localName(key) === 'id');
      if (sheets.length === MAX_SHEETS)
        throw new TableRefusedError(
          `The workbook has more than ${MAX_SHEETS} sheets. Save the one you need as CSV.`,
        );
      if (attributes['name'] !== undefined && id) sheets.push({ name: attributes['name'], id: id[1] });
    },
    close() {},
  });
  return { sheets, is1904 };
}

/** Returns the parts of the worksheets by relationship id. */
async function readTargets(archive: ZipArchive): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  await readAll(archive, 'xl/_rels/workbook.xml.rels', {
    open(name, { Id, Type, Target }) {
      if (name !== 'Relationship' || !Id || !Target || !Type?.endsWith('/worksheet')) return;
      targets.set(Id, new URL(Target, 'zip://archive/xl/').pathname.slice(1));
    },
    close() {},
  });
  return targets;
}

async function readSharedTexts(archive: ZipArchive): Promise<SharedTexts> {
  const texts = new SharedTexts();
  let text = '';
  let isText = false;
  let phonetic = 0;
  if (archive.has(SHARED_TEXTS))
    await readAll(archive, SHARED_TEXTS, {
      open(name) {
        if (name === 'si') text = '';
        else if (name === 'rPh') phonetic++;
        else if (name === 't') isText = phonetic === 0;
      },
      close(name) {
        if (name === 'si') texts.add(unescaped(text));
        else if (name === 'rPh') phonetic--;
        else if (name === 't') isText = false;
      },
      text(found) {
        if (isText) text += found;
      },
    });
  return texts;
}

/** Returns for each cell style how it shows numbers. */
async function readFormats(archive: ZipArchive): Promise<NumberFormat[]> {
  const codes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let isCellStyle = false;
  if (archive.has(STYLES))
    await readAll(archive, STYLES, {
      open(name, { numFmtId, formatCode }) {
        if (name === 'numFmt') codes.set(Number(numFmtId), formatCode ?? '');
        else if (name === 'cellXfs') isCellStyle = true;
        else if (name === 'xf' && isCellStyle)
          formats.push(numberFormat(Number(numFmtId ?? 0), codes.get(Number(numFmtId ?? 0))));
      },
      close(name) {
        if (name === 'cellXfs') isCellStyle = false;
      },
    });
  return formats;
}

async function guarded<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TableRefusedError || error instanceof StoredFileMissingError) throw error;
    throw new TableRefusedError(
      "The workbook can't be read. Open it in your spreadsheet program and save it again as XLSX or CSV.",
      { cause: error },
    );
  }
}
