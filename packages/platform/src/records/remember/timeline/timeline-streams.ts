import type { Statement, TenantPool } from '../../../db/tenant-pool.js';
import type { TimelineItem } from './timeline-folds.js';
import { newestFirst, type TimelinePosition } from './timeline-position.js';
import type { TimelineWindow } from './timeline-statements.js';

/** The entries of one source, read window by window. */
export class TimelineStream {
  private waiting: TimelineItem[] = [];
  private isDone = false;
  private limit: number;
  private after: TimelinePosition | undefined;

  /**
   * @param statement returns the statement that reads a window
   * @param itemsOf returns the items of its rows, in the same order; undefined for a row that tells the reader nothing
   * @param start what the window begins with
   */
  constructor(
    private readonly statement: (window: TimelineWindow) => Statement,
    private readonly itemsOf: (rows: any[]) => { place: TimelinePosition; item: TimelineItem | undefined }[],
    private readonly start: TimelineWindow,
  ) {
    this.limit = start.limit;
    this.after = start.after;
  }

  /** Whether it must be read before it is known what comes next. */
  get isDry(): boolean {
    return !this.waiting.length && !this.isDone;
  }

  /** What comes next; undefined at the end. */
  get head(): TimelineItem | undefined {
    return this.waiting[0];
  }

  shift(): void {
    this.waiting.shift();
  }

  /** Returns the statement that reads the next window. */
  next(): Statement {
    return this.statement({ ...this.start, after: this.after, limit: this.limit });
  }

  /** Takes the rows of {@link next}. */
  take(rows: any[]): void {
    const read = this.itemsOf(rows);
    this.waiting = read.flatMap(({ item }) => item ?? []);
    this.isDone = rows.length < this.limit;
    this.after = read.at(-1)?.place ?? this.after;
    // Few of its entries may be told, so that a page takes many windows.
    this.limit = Math.min(this.limit * 2, MOST_READ);
  }
}

/** Most rows of a window. */
const MOST_READ = 1_000;

/** Yields the items of several sources as one timeline. */
export async function* merged(streams: TimelineStream[], pool: TenantPool): AsyncGenerator<TimelineItem> {
  for (;;) {
    const dry = streams.filter(({ isDry }) => isDry);
    if (dry.length) {
      const found = await pool.read(dry.map((stream) => stream.next()));
      for (const [n, stream] of dry.entries()) stream.take(found[n]!.rows);
      continue;
    }
    const [first] = streams.filter(({ head }) => head).sort((a, b) => newestFirst(a.head!, b.head!));
    if (!first) return;
    yield first.head!;
    first.shift();
  }
}
