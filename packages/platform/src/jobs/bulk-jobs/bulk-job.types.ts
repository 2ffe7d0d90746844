import { z } from 'zod';
import type { FieldProblem } from '../../errors/index.js';
import type { UnitOfWork } from '../../db/index.js';
import { defineJob, type JobContract } from '../job-contract.js';

/** Status of a bulk job. */
export const BULK_STATUSES = ['queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;

/** Status of a bulk job. */
export type BulkStatus = (typeof BULK_STATUSES)[number];

/** Whether the job can still do something. */
export const isOpen = (status: BulkStatus): boolean => ['queued', 'running', 'paused'].includes(status);

/** A bulk job as people see it. */
export interface BulkJobState {
  id: string;
  /** Which part of the product the work belongs to: `bulk`, `cascade`, `export`, … */
  kind: string;
  /** Null for work on records of several objects. */
  object: string | null;
  /** What it does, in words of its kind: `update`. */
  action: string;
  status: BulkStatus;
  /** Number of rows; grows while a job finds further ones. */
  total: number;
  /** Number of rows that are done, by outcome. */
  counts: Record<string, number>;
  /** What the work led to, besides its counts. */
  result: Record<string, unknown> | null;
  error: string | null;
  /** Member or API key that started it; null for work that the product started itself. */
  startedBy: string | null;
  /** Correlation id of the request that started it. */
  correlationId: string;
  /** Jobs that change the other records which this job's rows affected. */
  cascades: string[];
  createdAt: string;
  finishedAt: string | null;
}

/** A row that failed. */
export interface BulkFailure {
  /** Position in the request, from 0. */
  row: number;
  recordId: string | null;
  /** The record's object, if it is not the job's. */
  object?: string | null;
  errors: FieldProblem[];
}

/** What a bulk job is to do. */
export interface BulkJobSpec {
  /** By default a new id. A module that keeps more about the job has a row of its own with the same id. */
  id?: string;
  kind: string;
  object: string | null;
  action: string;
  /** The content of the work: JSON that the batches read. Deleted when the job ends. */
  request: unknown;
  /** Number of rows, if it is known by now. */
  total: number;
  /** The bulk job that it follows from. */
  causeId?: string | null;
  /** Whether the product works itself, because the number of rows isn't the caller's to know. The caller doesn't see the job. */
  asProduct?: boolean;
}

/** A bulk job as its batches see it. */
export interface BulkJobContent<Request = unknown> {
  id: string;
  object: string | null;
  action: string;
  request: Request;
  total: number;
}

/** What a batch did, and what is left to do. It commits with the batch. */
export type BulkStep<Cursor> = {
  /** Rows of the batch by outcome. */
  counts: Record<string, number>;
  failures?: BulkFailure[];
  /** The new total, if the batch found it. */
  total?: number;
  /** What the work led to so far. Replaces the earlier one. */
  result?: Record<string, unknown>;
} & (
  | { next: Cursor }
  /** What is left cannot be done now: it is retried later, from this cursor. */
  | { later: Cursor; because: string }
  | { done: true }
);

/** Work of a bulk job, a batch at a time. */
export interface BulkWork<Request, Cursor> {
  /** The cursor of the first batch. Cursors are JSON. */
  start: Cursor;
  /** Prepares a batch outside of its transaction. It may run again for the same batch. */
  before?(cursor: Cursor): Promise<void>;
  /** Does one batch in the given transaction. It runs again after a deadlock. */
  batch(uow: UnitOfWork, cursor: Cursor, job: BulkJobContent<Request>): Promise<BulkStep<Cursor>>;
  /** Runs after a batch has committed. A killed worker may skip it, so use it for caches of the process only. */
  after?(): void;
  /**
   * Runs in the transaction that notices the end of a job that did not complete: it failed for good or was cancelled.
   * Deletes what the work no longer needs.
   */
  dropped?(uow: UnitOfWork): Promise<void>;
}

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Payload of the queue job of every bulk job. */
const payload = z.object({ bulkJobId: z.uuid() });

/** Contract of a queue job that does the work of a bulk job. */
export type BulkJobContract = JobContract<typeof payload>;

/**
 * Declares the queue job that does a kind of bulk work. Its handler calls `BulkJobRunner.run`.
 * @param name `<domain>.<job>`
 * @throws Error when the name is malformed or already taken
 */
export function defineBulkJob(name: string, options: { attempts?: number } = {}): BulkJobContract {
  return defineJob({ name, schema: payload, timeoutMs: FOUR_HOURS_MS, ...options });
}
