import { defineBulkJob } from '@pellucid/platform/jobs';

/** Rolls an import back. Every attempt makes progress, so many are allowed. */
export const rollBackImportJob = defineBulkJob('imports.rollBack', { attempts: 20 });
