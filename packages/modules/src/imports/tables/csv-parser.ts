/** One record of a CSV file. */
export interface CsvRecord {
  cells: string[];
  /** Why the record cannot be trusted; its cells then hold the raw line. */
  damage?: string;
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
  private atEnd = false;
  private nextDelimiter = -1;
  private nextLf = -1;
  private nextCr = -1;

  /** @param delimiter one character */
  constructor(private readonly delimiter: string) {}

  /** Takes the next piece of text. @returns the records that are complete. @throws RecordTooLongError */
  push(chunk: string): CsvRecord[] {
    this.buffer = this.buffer === '' ? chunk : this.buffer + chunk;
    return this.drain();
  }

  /** The text has ended. @returns the last records. */
  end(): CsvRecord[] {
    this.atEnd = true;
    return this.drain();
  }

  private drain(): CsvRecord[] {
    this.nextDelimiter = this.nextLf = this.nextCr = -1;
    const records: CsvRecord[] = [];
    let at = 0;
    while (at < this.buffer.length) {
      const parsed = this.record(at);
      if (!parsed) break;
      records.push(parsed.record);
      at = parsed.next;
    }
    this.buffer = this.buffer.slice(at);
    if (this.buffer.length > MAX_RECORD)
      throw new RecordTooLongError(`a line is longer than ${MAX_RECORD} characters`);
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
    let text = '';
    let from = quote + 1;
    for (;;) {
      const close = buffer.indexOf('"', from);
      if (close < 0) return 'more';
      text += buffer.slice(from, close);
      if (close + 1 >= buffer.length && !this.atEnd) return 'more';
      if (buffer[close + 1] === '"') {
        text += '"';
        from = close + 2;
        continue;
      }
      let after = close + 1;
      while (buffer[after] === ' ') after++;
      if (after >= buffer.length) return this.atEnd ? { text, next: buffer.length } : 'more';
      const follows = buffer[after]!;
      if (follows === this.delimiter || follows === '\n' || follows === '\r') return { text, next: after };
      // No end of a cell. Across lines it means that some quote above was never closed; within one it is text.
      if (/[\r\n]/.test(text)) return 'damaged';
      const lineEnd = this.lineEnd(close);
      if (lineEnd >= buffer.length && !this.atEnd) return 'more';
      if (!this.closesWithin(close + 1, lineEnd)) return undefined;
      text += '"';
      from = close + 1;
    }
  }

  /** Whether a quote that ends a cell stands between the positions. */
  private closesWithin(from: number, to: number): boolean {
    for (let i = this.buffer.indexOf('"', from); i >= 0 && i < to; i = this.buffer.indexOf('"', i + 1)) {
      if (i + 1 >= to || this.buffer[i + 1] === this.delimiter) return true;
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
