import { defineBulkJob } from '@pellucid/platform/jobs';

/** Undoes a cause of many changes. */
export const runUndoJob = defineBulkJob('undo.run');
