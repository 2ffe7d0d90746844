import { defineBulkJob } from '@pellucid/platform/jobs';

/** Writes the rows of a bulk request. */
export const runBulkJob = defineBulkJob('bulk.run');
