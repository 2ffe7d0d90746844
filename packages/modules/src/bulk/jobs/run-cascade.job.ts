import { defineBulkJob } from '@pellucid/platform/jobs';

/** Changes the records that a deletion or restoration affects. */
export const runCascadeJob = defineBulkJob('bulk.cascade', { attempts: 20 });
