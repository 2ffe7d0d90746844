import { defineBulkJob } from '@pellucid/platform/jobs';

/** Writes the file of an export. Every attempt makes progress, so many are allowed. */
export const runExportJob = defineBulkJob('exports.run', { attempts: 20 });
