import type { ImportCounts } from './api/import.types';

/** The progress of an import at one moment. */
export interface ProgressSample {
  /** Milliseconds since the epoch. */
  at: number;
  rows: number;
}

/** Longest time over which the rate is averaged: long enough to be steady, short enough to follow changes. */
const WINDOW_MS = 8_000;

/** The number of rows with a result, without related records. */
export function rowsDone({ created, updated, unchanged, lines, failed }: ImportCounts): number {
  return created + updated + unchanged + lines + failed;
}

/** The number of rows that write something. */
export function rowsWritten({ created, updated, lines }: ImportCounts): number {
  return created + updated > 0 ? created + updated + lines : 0;
}

/** Whether an import had rows and none of them succeeded. */
export function isEveryRowFailed(counts: ImportCounts): boolean {
  return counts.failed > 0 && counts.failed === rowsDone(counts);
}

/** Adds a sample and drops those that are too old. */
export function withSample(samples: ProgressSample[], sample: ProgressSample): ProgressSample[] {
  const last = samples.at(-1);
  if (last && sample.rows < last.rows) return [sample];
  const recent = samples.filter(({ at }) => sample.at - at <= WINDOW_MS);
  return [...recent, sample];
}

/** Rows per second over the samples; undefined without enough data. */
export function rateOf(samples: ProgressSample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < 400 || last.rows === first.rows) return undefined;
  return ((last.rows - first.rows) / (last.at - first.at)) * 1000;
}

/** Remaining seconds; undefined if total or rate is unknown. */
export function secondsLeft(total: number, rows: number, rate: number | undefined): number | undefined {
  if (!total || !rate) return undefined;
  return Math.max(0, Math.ceil((total - rows) / rate));
}
