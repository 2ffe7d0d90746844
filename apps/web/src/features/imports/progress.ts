import type { ImportCounts } from './api/import.types';

/** How far an import was at a moment. */
export interface ProgressSample {
  /** Milliseconds since the epoch. */
  at: number;
  rows: number;
}

/** Longest stretch the rate is taken over: long enough to be calm, short enough to follow changes. */
const WINDOW_MS = 8_000;

export function rowsDone({ created, updated, unchanged, failed }: ImportCounts): number {
  return created + updated + unchanged + failed;
}

/** Adds a sample and forgets those that no longer count. */
export function withSample(samples: ProgressSample[], sample: ProgressSample): ProgressSample[] {
  const last = samples.at(-1);
  if (last && sample.rows < last.rows) return [sample];
  const recent = samples.filter(({ at }) => sample.at - at <= WINDOW_MS);
  return [...recent, sample];
}

/** Rows a second over the samples; undefined as long as there is nothing to tell. */
export function rateOf(samples: ProgressSample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < 400 || last.rows === first.rows) return undefined;
  return ((last.rows - first.rows) / (last.at - first.at)) * 1000;
}

/** Seconds that are left; undefined where total or rate are unknown. */
export function secondsLeft(total: number, rows: number, rate: number | undefined): number | undefined {
  if (!total || !rate) return undefined;
  return Math.max(0, Math.ceil((total - rows) / rate));
}
