import type { ImportRun } from '../imports.types.js';
import { plainMessage } from '../reasons/reason-message.js';
import { isoOrNull, progressOf } from '../imports.service.js';

/**
 * Returns an import as the API shows it.
 * @param isOwn whether the caller started it, and may reuse its file and options
 */
export function answer(run: ImportRun, isOwn = false) {
  const { created, updated, unchanged, lines, failed, duplicates, related } = run;
  return {
    id: run.id,
    object: run.object,
    mode: run.mode,
    preview: run.isPreview,
    status: run.status,
    silent: run.options.silent ?? false,
    fileName: run.fileName,
    counts: { total: run.total ?? 0, created, updated, unchanged, lines, failed, duplicates, related },
    progress: progressOf(run),
    createdAt: isoOrNull(run.createdAt)!,
    createdBy: run.createdBy,
    startedAt: isoOrNull(run.startedAt),
    finishedAt: isoOrNull(run.finishedAt),
    ...(run.failure ? { error: plainMessage(run.failure) } : {}),
    ...(run.rollback ? { rollback: run.rollback } : {}),
    ...(isOwn ? { fileId: run.fileId, options: run.options } : {}),
    ...(isOwn && run.previewId ? { previewId: run.previewId } : {}),
  };
}
