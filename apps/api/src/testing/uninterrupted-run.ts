import type { JobRun } from '@pellucid/platform/jobs';

/** Returns a job's run for handlers that tests call themselves. Nothing stops it, and it begins at the first batch. */
export function uninterruptedRun(tenantId: string): JobRun {
  const nothing = async () => {};
  return {
    tenantId,
    id: 'test',
    name: 'test',
    attempt: 1,
    isLastAttempt: false,
    signal: new AbortController().signal,
    shouldStop: () => false,
    checkpoint: nothing,
    guard: async () => null,
    moveTo: nothing,
    completeIn: nothing,
  };
}
