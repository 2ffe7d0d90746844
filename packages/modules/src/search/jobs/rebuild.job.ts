import { defineBulkJob } from '@pellucid/platform/jobs';

/** Makes the documents of a company's records. Its request is a {@link RebuildRequest}. */
export const rebuildSearchJob = defineBulkJob('search.rebuild', { attempts: 20 });

/** Kind of the bulk jobs that rebuild the index. */
export const REBUILD_KIND = 'search';

/** What a rebuild makes. */
export interface RebuildRequest {
  /** All documents, or only those of classes that have none yet. */
  all: boolean;
}
