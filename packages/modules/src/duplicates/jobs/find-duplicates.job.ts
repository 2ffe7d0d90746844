import { defineBulkJob } from '@pellucid/platform/jobs';

/** Makes the keys of existing records and finds the pairs among them. */
export const findDuplicatesJob = defineBulkJob('duplicates.find', { attempts: 20 });

/** Kind of the bulk jobs that find duplicates. */
export const FIND_KIND = 'duplicates';
