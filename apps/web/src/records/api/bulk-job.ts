import { queryOptions } from '@tanstack/react-query';
import type { ProblemField } from '@/lib/api-problem';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { recordKeys } from './record-keys';

/** Bulk work that runs as a job. */
export interface BulkJob {
  id: string;
  /** Which part of the product the work belongs to: `bulk`, `undo`, … */
  kind: string;
  object: string | null;
  /** What it does: `update`, `share`, … */
  action: string;
  status: 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  /** Number of records to change. */
  total: number;
  /** Number of records that were handled, by outcome. */
  counts: Record<string, number>;
  error: string | null;
}

/** Why records could not be changed. */
export interface BulkFailure {
  id?: string;
  /** The record's object. */
  object?: string;
  errors: ProblemField[];
}

const POLL_MS = 1_000;

/** Whether the job can still do something. */
export const isUnderWay = ({ status }: Pick<BulkJob, 'status'>): boolean =>
  status === 'queued' || status === 'running' || status === 'paused';

/** Whether what the job did can be undone by its cause. Shares are no values that an undo could put back. */
export function isUndoable(job: Pick<BulkJob, 'kind' | 'status' | 'counts'>): boolean {
  const done = Object.entries(job.counts).some(([outcome, n]) => n > 0 && !UNTOUCHED.has(outcome));
  return !isUnderWay(job) && done && UNDOABLE.has(job.kind);
}

const UNTOUCHED: ReadonlySet<string> = new Set(['failed', 'unchanged']);
const UNDOABLE: ReadonlySet<string> = new Set(['bulk', 'cascade', 'undo']);

/** The progress of a bulk job, asked for until it has ended. Then lists and records are read again. */
export function bulkJobQuery(id: string) {
  return queryOptions({
    queryKey: ['bulk-job', id],
    queryFn: async ({ signal }): Promise<BulkJob> => {
      const job = (await client.get({ url: `${API_ROOT}/bulk-jobs/${id}`, signal })) as unknown as BulkJob;
      if (!isUnderWay(job)) void queryClient.invalidateQueries({ queryKey: recordKeys.all });
      return job;
    },
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : POLL_MS),
    staleTime: 0,
  });
}

/** The first failures of a bulk job. */
export function bulkFailuresQuery(id: string) {
  return queryOptions({
    queryKey: ['bulk-job', id, 'failures'],
    queryFn: async ({ signal }): Promise<BulkFailure[]> => {
      const url = `${API_ROOT}/bulk-jobs/${id}/results?limit=50`;
      const { data } = (await client.get({ url, signal })) as unknown as { data: BulkFailure[] };
      return data;
    },
  });
}

/** Stops a bulk job. What is done stays. */
export async function cancelBulkJob(id: string): Promise<void> {
  await client.post({ url: `${API_ROOT}/bulk-jobs/${id}/cancel` });
  await queryClient.invalidateQueries({ queryKey: ['bulk-job', id] });
}
