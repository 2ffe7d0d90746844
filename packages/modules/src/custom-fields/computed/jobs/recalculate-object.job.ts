import { defineBulkJob } from '@pellucid/platform/jobs';

/** Works out the stored values of all records of an object. It may be repeated: values that are right stay. */
export const recalculateObjectJob = defineBulkJob('custom-fields.recalculate', { attempts: 20 });
