import { type ImportRun, plainMessage, progressOf } from '@pellucid/modules/imports';
import { instant } from '@pellucid/platform/records';
import { sourceNamed } from '../catalogues/index.js';
import type { MoveRun, MoveStep } from '../moves.types.js';
import type { MoveState } from '../moves.service.js';
import type { MovePlan, PlannedFile } from '../planning/move-plan.js';

const isoOrNull = (raw: string | null) => (raw === null ? null : instant(raw));

type StepState = MoveStep & { import: ImportRun | null };

/** Returns a move as the list shows it. */
export function summary(move: MoveRun, progress = move.status === 'completed' ? 1 : 0) {
  return {
    id: move.id,
    source: move.source,
    sourceLabel: sourceNamed(move.source).label,
    status: move.status,
    progress,
    createdAt: instant(move.createdAt),
    startedAt: isoOrNull(move.startedAt),
    finishedAt: isoOrNull(move.finishedAt),
    ...(move.failure ? { error: plainMessage(move.failure) } : {}),
    ...(move.rollback ? { rollback: move.rollback } : {}),
  };
}

/** Returns a move with its plan, progress and report. */
export function answer({ move, steps }: MoveState) {
  const fileOf = (id: string) => move.plan.files.find(({ fileId }) => fileId === id)!;
  const shown = steps.map((step) => shownStep(step, fileOf(step.fileId), move));
  const done = shown.reduce((sum, { progress }) => sum + progress, 0);
  const share = shown.length ? Math.round((done / shown.length) * 1000) / 1000 : 0;
  return {
    ...summary(move, move.status === 'completed' ? 1 : Math.min(share, 0.999)),
    plan: move.plan,
    ...(steps.length ? { steps: shown, report: report(move, shown) } : {}),
  };
}

function shownStep(step: StepState, file: PlannedFile, move: MoveRun) {
  const { import: run } = step;
  const isEnded = step.finishedAt !== null;
  const status = run?.status ?? (isEnded ? 'completed' : statusOf(step, move));
  return {
    fileId: step.fileId,
    name: file.name,
    kind: file.kind!,
    brings: step.brings,
    object: file.object!,
    status,
    progress: run ? progressOf(run) : isEnded ? 1 : Math.min(0.99, (step.row - 1) / Math.max(1, file.rows)),
    importId: step.importId,
    counts: run ? countsOf(run) : step.counts,
    skipped: step.skipped,
    ...(run?.failure ? { error: plainMessage(run.failure) } : {}),
  };
}

/** Status of a file without an import. */
function statusOf(step: StepState, { status }: MoveRun) {
  if (status === 'running') return step.row > 1 ? ('running' as const) : ('queued' as const);
  return status === 'failed' || status === 'cancelled' ? status : ('queued' as const);
}

function countsOf({ created, updated, unchanged, lines, failed }: ImportRun): Record<string, number> {
  return { created, updated, unchanged, lines, failed };
}

function report(move: MoveRun, steps: ReturnType<typeof shownStep>[]) {
  const byObject = Map.groupBy(steps, ({ object }) => object);
  return {
    objects: [...byObject].map(([object, own]) => ({
      object,
      counts: sum(own.map(({ counts }) => counts)),
      skipped: sum(own.map(({ skipped }) => skipped)),
    })),
    made: move.links?.made ?? { people: 0, pipelines: 0, stages: 0 },
    refused: move.links?.refused ?? [],
    notBrought: notBrought(move.plan),
    leftOut: move.plan.files.flatMap(({ name, isIncluded, columns }) => {
      const left = columns.filter(({ field }) => field === null).map((column) => column.name);
      return isIncluded && left.length ? [{ name, columns: left }] : [];
    }),
  };
}

function notBrought({ files }: MovePlan) {
  return files
    .filter(({ isIncluded }) => !isIncluded)
    .map(({ name, kind, rows, reason }) => ({ name, kind, rows, reason: reason ?? 'excluded' }));
}

function sum(counts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const one of counts)
    for (const [key, n] of Object.entries(one)) if (n) total[key] = (total[key] ?? 0) + n;
  return total;
}
