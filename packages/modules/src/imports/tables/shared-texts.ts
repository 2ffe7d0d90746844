import { TableRefusedError } from './table-refused.js';

/** Maximum size of all distinct texts of a workbook together, in bytes. */
export const MAX_SHARED_BYTES = 64 * 1024 * 1024;

/** A text of at least this length is created only once: a small file may refer to a long one a million times. */
const LONG = 1_000;

/**
 * The texts that a workbook's cells refer to by number, packed into one buffer: separate objects would fill the heap.
 */
export class SharedTexts {
  private bytes: Buffer = Buffer.allocUnsafe(64 * 1024);
  private ends = new Uint32Array(1024);
  private readonly long = new Map<number, string>();
  private used = 0;
  private count = 0;

  constructor(private readonly limit = MAX_SHARED_BYTES) {}

  /** Adds the next text. @throws TableRefusedError when the texts exceed the limit */
  add(text: string): void {
    const size = Buffer.byteLength(text);
    // The index takes space as well: a workbook of a billion empty texts must also be refused.
    if (this.used + size + (this.count + 1) * 4 > this.limit)
      throw new TableRefusedError(
        `The workbook holds more than ${this.limit / 1024 / 1024} MB of different texts. Save the sheet as CSV.`,
      );
    if (this.used + size > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.used + size));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    if (this.count === this.ends.length) {
      const larger = new Uint32Array(this.ends.length * 2);
      larger.set(this.ends);
      this.ends = larger;
    }
    this.used += this.bytes.write(text, this.used);
    this.ends[this.count++] = this.used;
  }

  /** Returns the size of a text in bytes; undefined when there is none with this number. */
  sizeOf(index: number): number | undefined {
    const end = this.ends[index];
    return end === undefined || index >= this.count ? undefined : end - this.startOf(index);
  }

  get(index: number): string {
    const known = this.long.get(index);
    if (known !== undefined) return known;
    const text = this.bytes.toString('utf8', this.startOf(index), this.ends[index]);
    if (text.length >= LONG) this.long.set(index, text);
    return text;
  }

  private startOf(index: number): number {
    return index === 0 ? 0 : this.ends[index - 1]!;
  }
}
