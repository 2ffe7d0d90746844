import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ImportOptions } from './api/import.types';
import { importKeys, importQuery, isUnderWay, previewImport, startImport } from './api/imports';
import { ApiProblem } from '@/lib/api-problem';
import { queryClient } from '@/lib/query-client';
import { rowsWritten } from './progress';

/**
 * The preview of what is chosen, one for each set of choices, and the import that does what it shows.
 * @param isWanted whether the preview is to be shown
 * @param onStarted gets the id of the import
 */
export function useDryRun(
  fileId: string | undefined,
  options: ImportOptions | undefined,
  isWanted: boolean,
  onStarted: (id: string) => void,
) {
  const wanted = JSON.stringify([fileId, options]);
  const [dryRun, setDryRun] = useState<{ of: string; id: string } | undefined>();
  const dry = useMutation({
    mutationFn: async (of: string) => {
      if (!fileId || !options) throw new Error('nothing to try yet');
      return { of, id: await previewImport({ fileId }, options) };
    },
    onSuccess: setDryRun,
  });
  const id = dryRun?.of === wanted ? dryRun.id : undefined;
  const { data: run } = useQuery({ ...importQuery(id ?? ''), enabled: id !== undefined });
  const tryOut = dry.mutate;
  const isAwaited = isWanted && options !== undefined && dryRun?.of !== wanted;
  useEffect(() => {
    if (isAwaited) tryOut(wanted);
  }, [isAwaited, wanted, tryOut]);
  const start = useMutation({
    mutationFn: () => {
      if (!fileId || !options) throw new Error('nothing to import yet');
      // It does what the preview shows, or is refused.
      return startImport({ fileId }, { ...options, ...(id && { previewId: id }) });
    },
    onSuccess: (importId) => {
      void queryClient.invalidateQueries({ queryKey: importKeys.all });
      onStarted(importId);
    },
  });
  // An outdated preview is made again first.
  const isOutdated = start.error instanceof ApiProblem && start.error.code === 'previewOutdated';
  const isChecked = run !== undefined && !isUnderWay(run) && !isOutdated;
  const rows = run ? rowsWritten(run.counts) : 0;
  return {
    id,
    error: start.error ?? dry.error,
    isStarting: start.isPending,
    /** Number of rows that would be written, once that is known. */
    rows: isChecked ? rows : 0,
    canStart: isChecked && rows + (run?.counts.unchanged ?? 0) > 0,
    start: () => start.mutate(),
    again: () => {
      start.reset();
      tryOut(wanted);
    },
    reset: () => {
      start.reset();
      dry.reset();
    },
  };
}
