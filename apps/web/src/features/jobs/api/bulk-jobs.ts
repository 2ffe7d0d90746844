import * as api from '@pellucid/api-client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';

export type BulkJobState = api.BulkJobState;

const POLL_MS = 1_500;

const isMoving = ({ status }: BulkJobState) => status === 'queued' || status === 'running';

/** Whether the job can still do something. */
export const isOpen = (job: BulkJobState): boolean => isMoving(job) || job.status === 'paused';

/** Bulk jobs, the latest first; read again while one is at work. @param everyone also those of others */
export function bulkJobsQuery(everyone: boolean) {
  return infiniteQueryOptions({
    queryKey: ['bulk-job', 'list', everyone],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.listBulkJobs({
        query: { limit: 50, everyone: String(everyone) as 'true', ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(isMoving)) ? POLL_MS : false,
    staleTime: 0,
  });
}

/** What people do with a job. */
export type JobControl = 'pause' | 'resume' | 'cancel';

/** Pauses a job, goes on with it, or stops it. What is done stays. */
export async function controlBulkJob(id: string, control: JobControl): Promise<void> {
  const path = { path: { id } };
  if (control === 'pause') await api.pauseBulkJob(path);
  else if (control === 'resume') await api.resumeBulkJob(path);
  else await api.cancelBulkJob(path);
  await queryClient.invalidateQueries({ queryKey: ['bulk-job'] });
}

/** Reads the failed rows of a job as a CSV file. */
export async function failuresFile(id: string): Promise<Blob> {
  return (await api.downloadBulkJobFailures({ path: { id }, parseAs: 'blob' })) as unknown as Blob;
}
