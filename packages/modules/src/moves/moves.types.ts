import type { Reason } from '@pellucid/modules/imports';
import type { MovePlan } from './planning/move-plan.js';
import type { StepBrings } from './running/move-order.js';

/** Status of a move. */
export const MOVE_STATUSES = [
  'draft',
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
  'rolling_back',
  'rolled_back',
] as const;

/** Status of a move. */
export type MoveStatus = (typeof MOVE_STATUSES)[number];

/** People and stages here, by how the source's files name them. */
export interface MoveLinks {
  people: Record<string, string | null>;
  stages: Record<string, string | null>;
  /** Numbers of people, pipelines and stages that the move made. */
  made: { people: number; pipelines: number; stages: number };
  /** Why people or stages could not be made. */
  refused: { key: string; code: string }[];
}

/** A field that a move added to an object. */
export interface MadeField {
  object: string;
  name: string;
}

/** A stored move. */
export interface MoveRun {
  id: string;
  source: string;
  status: MoveStatus;
  plan: MovePlan;
  links: MoveLinks | null;
  createdAt: string;
  createdById: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** Why it failed. */
  failure: Reason | null;
  /** Fields that it added. */
  madeFields: MadeField[];
  /** The bulk job that rolls it back, and what it did so far. */
  rollback: { id: string; counts: Record<string, number> } | null;
}

/** A file of a move that has started. */
export interface MoveStep {
  position: number;
  fileId: string;
  brings: StepBrings;
  importId: string | null;
  /** Number of rows that were left out, by reason. */
  skipped: Record<string, number>;
  /** For histories: number of rows by outcome. */
  counts: Record<string, number>;
  /** For histories: the last row that is done; the header is row 1. */
  row: number;
  finishedAt: string | null;
}
