import { type Reason, reason } from '../reasons/reason.js';

/** One record of a table. */
export interface CsvRecord {
  cells: string[];
  /** Why the record cannot be trusted; its cells then contain the raw line. */
  damage?: Reason;
  /**
   * Columns whose cells are a workbook's numbers: their decimal mark is a point, whatever texts of the column suggest.
   */
  numbers?: ReadonlySet<number>;
}

/** Maximum number of characters of a record with an open quote; beyond it, the quote counts as never closed. */
const MAX_QUOTED = 1_000_000;
/** Maximum number of characters of any record; beyond it, the file is not a table. */
const MAX_RECORD = 4_000_000;
/** Cells a record may have. The columns of a table are limited to fewer; what is beyond is not worth collecting. */
const MAX_CELLS = 50_000;

/** Thrown when the text does not consist of records. */
export class RecordTooLongError extends Error {
  override name = 'RecordTooLongError';
}

/**
 * Parses CSV (RFC 4180, any delimiter, any line end) piece by piece. We use our own parser because of damaged files:
 * with a strict one, a quote that is never closed would cost the rest of the file. Here it costs only its line, which
 * is returned as damaged. Quotes inside unquoted text, and unescaped quotes inside a quoted line, are treated as text.
 */
export class CsvParser {
  private buffer = '';
  /** Where the next record begins. */
  private at = 0;
  /** Number of characters that must be available before the next record is parsed again. */
  private awaited = 0;
  private atEnd = false;
  private nextDelimiter = -1;
  private nextLf = -1;
  private nextCr = -1;
  /** Position of a quote that ends a cell, found by {@link closesWithin}. */
  private nextClosing = -1;
  /** A stretch in which no quote ends a cell, found by {@link closesWithin}. */
  private noClosing = { from: 0, to: 0 };

  /** @param delimiter one character */
  constructor(private readonly delimiter: string) {}

  /** Adds the next piece of text. @returns the complete records. @throws RecordTooLongError */
  push(chunk: string): CsvRecord[] {
    this.feed(chunk);
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** Ends the text. @returns the last records */
  end(): CsvRecord[] {
    this.finish();
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** Adds the next piece of text; {@link take} returns its records. */
  feed(chunk: string): void {
    this.buffer = this.at < this.buffer.length ? this.buffer.slice(this.at) + chunk : chunk;
    this.at = 0;
    this.forget();
  }

  /** Forgets what was found further on, as positions or what stands behind them change. */
  private forget(): void {
    this.nextDelimiter = this.nextLf = this.nextCr = this.nextClosing = -1;
    this.noClosing = { from: 0, to: 0 };
  }

  /** Ends the text, so that what is left is complete. */
  finish(): void {
    this.atEnd = true;
  }

  /**
   * Returns the next complete records; none if the text so far contains no more.
   * @param most maximum number: a caller with other work takes some at a time
   * @throws RecordTooLongError
   */
  take(most: number): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (records.length < most && this.at < this.buffer.length) {
      const left = this.buffer.length - this.at;
      // An incomplete record is parsed again only after its text has doubled.
      if (left < this.awaited && !this.atEnd) break;
      const parsed = this.record(this.at);
      if (!parsed) {
        this.awaited = left < MAX_QUOTED ? Math.min(left * 2, MAX_QUOTED) : left * 2;
        // Positions found further on must be searched again from here.
        this.forget();
        if (left > MAX_RECORD) throw new RecordTooLongError(`a line is longer than ${MAX_RECORD} characters`);
        break;
      }
      this.awaited = 0;
      records.push(parsed.record);
      this.at = parsed.next;
    }
    return records;
  }

  /** Returns the record at the position, or undefined when its end has not arrived yet. */
  private record(start: number): { record: CsvRecord; next: number } | undefined {
    const cells: string[] = [];
    let at = start;
    for (;;) {
      const quoted = this.quoteStart(at);
      if (quoted === 'more') return undefined;
      let stop: number;
      if (quoted >= 0) {
        const cell = this.quotedCell(quoted);
        if (cell === 'more') {
          if (this.buffer.length - start < MAX_QUOTED && !this.atEnd) return undefined;
          return this.damaged(start);
        }
        if (cell === 'damaged') return this.damaged(start);
        if (cell) {
          cells.push(cell.text);
          stop = cell.next;
        } else {
          stop = this.cellEnd(at);
          cells.push(this.buffer.slice(at, stop));
        }
      } else {
        stop = this.cellEnd(at);
        cells.push(this.buffer.slice(at, stop));
      }
      if (stop >= this.buffer.length)
        return this.atEnd ? { record: { cells }, next: this.buffer.length } : undefined;
      if (this.buffer[stop] === this.delimiter) {
        if (cells.length >= MAX_CELLS)
          throw new RecordTooLongError(`a line has more than ${MAX_CELLS} cells`);
        at = stop + 1;
        continue;
      }
      const next = this.afterLineEnd(stop);
      return next === undefined ? undefined : { record: { cells }, next };
    }
  }

  /** Returns the position of the opening quote of a quoted cell (after any blanks), -1 for an unquoted cell. */
  private quoteStart(at: number): number | 'more' {
    let i = at;
    while (this.buffer[i] === ' ') i++;
    if (i >= this.buffer.length) return this.atEnd ? -1 : 'more';
    return this.buffer[i] === '"' ? i : -1;
  }

  /** Returns a quoted cell; undefined when its quotes turn out to be part of plain text. */
  private quotedCell(quote: number): { text: string; next: number } | 'more' | 'damaged' | undefined {
    const { buffer } = this;
    const parts: string[] = [];
    let spansLines = false;
    let from = quote + 1;
    for (;;) {
      const close = buffer.indexOf('"', from);
      if (close < 0) return 'more';
      const part = buffer.slice(from, close);
      parts.push(part);
      spansLines ||= /[\r\n]/.test(part);
      if (close + 1 >= buffer.length && !this.atEnd) return 'more';
      if (buffer[close + 1] === '"') {
        parts.push('"');
        from = close + 2;
        continue;
      }
      let after = close + 1;
      while (buffer[after] === ' ') after++;
      if (after >= buffer.length) return this.atEnd ? { text: parts.join(''), next: buffer.length } : 'more';
      const follows = buffer[after]!;
      if (follows === this.delimiter || follows === '\n' || follows === '\r')
        return { text: parts.join(''), next: after };
      // Not the end of a cell. Across lines this means that an earlier quote was never closed; within a line it is
      // text.
      if (spansLines) return 'damaged';
      const lineEnd = this.lineEnd(close);
      if (lineEnd >= buffer.length && !this.atEnd) return 'more';
      if (!this.closesWithin(close + 1, lineEnd)) return undefined;
      parts.push('"');
      from = close + 1;
    }
  }

  /** Whether a quote that ends a cell lies between the positions. */
  private closesWithin(from: number, to: number): boolean {
    // Cached, because a line of a million quotes asks for each of them.
    if (this.nextClosing >= from && this.nextClosing < to) return true;
    if (from >= this.noClosing.from && to === this.noClosing.to) return false;
    for (let i = this.buffer.indexOf('"', from); i >= 0 && i < to; i = this.buffer.indexOf('"', i + 1)) {
      if (i + 1 >= to || this.buffer[i + 1] === this.delimiter) {
        this.nextClosing = i;
        return true;
      }
    }
    this.noClosing = { from, to };
    return false;
  }

  private damaged(start: number): { record: CsvRecord; next: number } | undefined {
    const end = this.lineEnd(start);
    if (end >= this.buffer.length && !this.atEnd) return undefined;
    const damage = reason('quoteNotClosed');
    const next = end >= this.buffer.length ? this.buffer.length : (this.afterLineEnd(end) ?? end + 1);
    return { record: { cells: [this.buffer.slice(start, end)], damage }, next };
  }

  private cellEnd(at: number): number {
    if (this.nextDelimiter < at) this.nextDelimiter = this.find(this.delimiter, at);
    return Math.min(this.nextDelimiter, this.lineEnd(at));
  }

  // The next occurrence of each character is cached: a file without any delimiter must not be scanned to its end per
  // line.
  private lineEnd(at: number): number {
    if (this.nextLf < at) this.nextLf = this.find('\n', at);
    if (this.nextCr < at) this.nextCr = this.find('\r', at);
    return Math.min(this.nextLf, this.nextCr, this.buffer.length);
  }

  private find(text: string, at: number): number {
    const found = this.buffer.indexOf(text, at);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  /**
   * Returns the position after the line end at the position; undefined when a line feed may still follow its carriage
   * return.
   */
  private afterLineEnd(at: number): number | undefined {
    if (this.buffer[at] === '\n') return at + 1;
    if (at + 1 >= this.buffer.length) return this.atEnd ? at + 1 : undefined;
    return this.buffer[at + 1] === '\n' ? at + 2 : at + 1;
  }
}

/** Parses a complete text. */
export function parseCsv(text: string, delimiter: string): CsvRecord[] {
  const parser = new CsvParser(delimiter);
  return [...parser.push(text), ...parser.end()];
}

/** Whether the record is empty; such lines are skipped. */
export function isBlank(record: CsvRecord): boolean {
  return !record.damage && record.cells.every((cell) => cell.trim() === '');
}
