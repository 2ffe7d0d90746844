/** One record of a table. */
export interface CsvRecord {
  cells: string[];
  /** Why the record cannot be trusted; its cells then hold the raw line. */
  damage?: string;
  /** Columns whose cells are numbers of a workbook: their decimal mark is a point, whatever texts of the column say. */
  numbers?: ReadonlySet<number>;
}

/** Characters a record with an open quote may have before the quote counts as never closed. */
const MAX_QUOTED = 1_000_000;
/** Characters a record may have at all: beyond it the file is no table. */
const MAX_RECORD = 4_000_000;

/** Thrown when the text has no record structure. */
export class RecordTooLongError extends Error {
  override name = 'RecordTooLongError';
}

/**
 * Reads CSV (RFC 4180, any delimiter, any line end) piece by piece. Of its own because of damaged files: a quote that is
 * never closed would cost a strict reader the rest of the file; here it costs the line it stands in, which is handed back
 * as damaged. Quotes inside of unquoted text, and unescaped quotes inside of a quoted line, are taken as text.
 */
export class CsvParser {
  private buffer = '';
  /** Where the next record begins. */
  private at = 0;
  /** Characters there have to be before the next record is looked at again. */
  private awaited = 0;
  private atEnd = false;
  private nextDelimiter = -1;
  private nextLf = -1;
  private nextCr = -1;
  /** A quote that ends a cell, found by {@link closesWithin}. */
  private nextClosing = -1;

  /** @param delimiter one character */
  constructor(private readonly delimiter: string) {}

  /** Takes the next piece of text. @returns the records that are complete. @throws RecordTooLongError */
  push(chunk: string): CsvRecord[] {
    this.feed(chunk);
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** The text has ended. @returns the last records. */
  end(): CsvRecord[] {
    this.finish();
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** Takes the next piece of text; {@link take} gives its records. */
  feed(chunk: string): void {
    this.buffer = this.at < this.buffer.length ? this.buffer.slice(this.at) + chunk : chunk;
    this.at = 0;
    this.nextDelimiter = this.nextLf = this.nextCr = this.nextClosing = -1;
  }

  /** The text has ended: what is left is complete. */
  finish(): void {
    this.atEnd = true;
  }

  /**
   * The next records that are complete; none while the text so far holds no more.
   * @param most how many at most: a caller with others to serve takes some at a time
   * @throws RecordTooLongError
   */
  take(most: number): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (records.length < most && this.at < this.buffer.length) {
      const left = this.buffer.length - this.at;
      // A record that goes on and on is looked at again when there is twice as much of it.
      if (left < this.awaited && !this.atEnd) break;
      const parsed = this.record(this.at);
      if (!parsed) {
        this.awaited = Math.min(left * 2, MAX_QUOTED);
        // What was found further on is looked for again from here.
        this.nextDelimiter = this.nextLf = this.nextCr = this.nextClosing = -1;
        if (left > MAX_RECORD) throw new RecordTooLongError(`a line is longer than ${MAX_RECORD} characters`);
        break;
      }
      this.awaited = 0;
      records.push(parsed.record);
      this.at = parsed.next;
    }
    return records;
  }

  /** The record that begins at the position, or undefined when its end is not there yet. */
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
        at = stop + 1;
        continue;
      }
      const next = this.afterLineEnd(stop);
      return next === undefined ? undefined : { record: { cells }, next };
    }
  }

  /** Where the quote of a quoted cell stands (blanks before it are passed over), -1 for an unquoted cell. */
  private quoteStart(at: number): number | 'more' {
    let i = at;
    while (this.buffer[i] === ' ') i++;
    if (i >= this.buffer.length) return this.atEnd ? -1 : 'more';
    return this.buffer[i] === '"' ? i : -1;
  }

  /** A quoted cell; undefined when its quotes turn out to be part of plain text. */
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
      // No end of a cell. Across lines it means that some quote above was never closed; within one it is text.
      if (spansLines) return 'damaged';
      const lineEnd = this.lineEnd(close);
      if (lineEnd >= buffer.length && !this.atEnd) return 'more';
      if (!this.closesWithin(close + 1, lineEnd)) return undefined;
      parts.push('"');
      from = close + 1;
    }
  }

  /** Whether a quote that ends a cell stands between the positions. */
  private closesWithin(from: number, to: number): boolean {
    // Remembered: a line of a million quotes asks for each of them.
    if (this.nextClosing >= from && this.nextClosing < to) return true;
    for (let i = this.buffer.indexOf('"', from); i >= 0 && i < to; i = this.buffer.indexOf('"', i + 1)) {
      if (i + 1 >= to || this.buffer[i + 1] === this.delimiter) {
        this.nextClosing = i;
        return true;
      }
    }
    return false;
  }

  private damaged(start: number): { record: CsvRecord; next: number } | undefined {
    const end = this.lineEnd(start);
    if (end >= this.buffer.length && !this.atEnd) return undefined;
    const damage =
      'A quotation mark in this line is opened and not closed. Close it, or double it where it is part of the text.';
    const next = end >= this.buffer.length ? this.buffer.length : (this.afterLineEnd(end) ?? end + 1);
    return { record: { cells: [this.buffer.slice(start, end)], damage }, next };
  }

  private cellEnd(at: number): number {
    if (this.nextDelimiter < at) this.nextDelimiter = this.find(this.delimiter, at);
    return Math.min(this.nextDelimiter, this.lineEnd(at));
  }

  // The next occurrence of each is remembered: a file without any delimiter must not be scanned to its end per line.
  private lineEnd(at: number): number {
    if (this.nextLf < at) this.nextLf = this.find('\n', at);
    if (this.nextCr < at) this.nextCr = this.find('\r', at);
    return Math.min(this.nextLf, this.nextCr, this.buffer.length);
  }

  private find(text: string, at: number): number {
    const found = this.buffer.indexOf(text, at);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  /** Position behind the line end at the position; undefined when a line feed may still follow its carriage return. */
  private afterLineEnd(at: number): number | undefined {
    if (this.buffer[at] === '\n') return at + 1;
    if (at + 1 >= this.buffer.length) return this.atEnd ? at + 1 : undefined;
    return this.buffer[at + 1] === '\n' ? at + 2 : at + 1;
  }
}

/** Parses a whole text. */
export function parseCsv(text: string, delimiter: string): CsvRecord[] {
  const parser = new CsvParser(delimiter);
  return [...parser.push(text), ...parser.end()];
}

/** Whether the record holds nothing: such lines are passed over. */
export function isBlank(record: CsvRecord): boolean {
  return !record.damage && record.cells.every((cell) => cell.trim() === '');
}
