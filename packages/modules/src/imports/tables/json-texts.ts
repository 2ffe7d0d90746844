/** How a file of JSON holds its records: each on a line of its own, or all in one list. */
export type JsonShape = 'lines' | 'list';

/** The text of one record. */
export interface JsonText {
  text: string;
  /** Number of the line on which it begins, from 1. */
  line: number;
}

/** Maximum number of characters of a record. */
const MAX_RECORD = 4_000_000;

/** Thrown when a record or the list of them does not end. The message is for the person. */
export class JsonEndlessError extends Error {
  override name = 'JsonEndlessError';
}

const tooLong = () =>
  new JsonEndlessError(
    'The file has a record of several million characters. Perhaps a quote or brace in it is never closed.',
  );

/** Cuts a text into its records, piece by piece, without parsing them. */
export interface JsonCutter {
  /** Adds the next piece. @returns the complete records @throws JsonEndlessError */
  push(chunk: string): JsonText[];
  /** Ends the text. @returns the last record @throws JsonEndlessError */
  end(): JsonText[];
}

/** Returns what cuts a text of the shape into records. */
export function jsonCutter(shape: JsonShape): JsonCutter {
  return shape === 'lines' ? new LineCutter() : new ListCutter();
}

/** Each line is a record; blank lines are none. A broken record costs only its line. */
class LineCutter implements JsonCutter {
  private rest = '';
  private line = 1;

  push(chunk: string): JsonText[] {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop()!;
    if (this.rest.length > MAX_RECORD) throw tooLong();
    return lines.flatMap((text) => this.record(text));
  }

  end(): JsonText[] {
    return this.record(this.rest);
  }

  private record(text: string): JsonText[] {
    const line = this.line++;
    return text.trim() === '' ? [] : [{ text, line }];
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** The items of a list are the records, whatever lines they are on. */
class ListCutter implements JsonCutter {
  private rest = '';
  /** Number of characters of the rest that were looked at. */
  private seen = 0;
  private depth = 0;
  private isQuoted = false;
  private isEscaped = false;
  private line = 1;
  /** Number of the line on which the rest begins. */
  private firstLine = 1;

  push(chunk: string): JsonText[] {
    const text = this.rest + chunk;
    const records: JsonText[] = [];
    let from = 0;
    for (let at = this.seen; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED) this.line++;
      if (this.isQuoted) {
        if (this.isEscaped) this.isEscaped = false;
        else if (code === BACKSLASH) this.isEscaped = true;
        else if (code === QUOTE) this.isQuoted = false;
        continue;
      }
      if (code === QUOTE) this.isQuoted = true;
      else if (OPENING.has(code)) {
        this.depth++;
        if (this.depth === 1) from = this.begin(at);
      } else if (CLOSING.has(code)) {
        this.depth--;
        if (this.depth === 0) {
          records.push(...this.record(text.slice(from, at)));
          from = this.begin(at);
        }
      } else if (code === COMMA && this.depth === 1) {
        records.push(...this.record(text.slice(from, at)));
        from = this.begin(at);
      }
    }
    this.rest = text.slice(from);
    this.seen = this.rest.length;
    if (this.seen > MAX_RECORD) throw tooLong();
    return records;
  }

  end(): JsonText[] {
    if (this.depth > 0)
      throw new JsonEndlessError(
        `The list of records isn't closed at the end of the file, in line ${this.line}. Part of the file is missing.`,
      );
    return this.record(this.rest);
  }

  /** Begins the next record behind the position. */
  private begin(at: number): number {
    this.firstLine = this.line;
    return at + 1;
  }

  private record(text: string): JsonText[] {
    const trimmed = text.trimStart();
    if (trimmed === '') return [];
    const blank = text.slice(0, text.length - trimmed.length);
    return [{ text: trimmed, line: this.firstLine + (blank.match(/\n/g)?.length ?? 0) }];
  }
}
