import { defineBulkJob } from '@pellucid/platform/jobs';

/** What a merge of options is to do. */
export interface MergeOptionsRequest {
  /** Id of the field. */
  field: string;
  /** Values of the options that go, and of the one that records get instead. */
  from: string[];
  into: string;
}

/** Gives records another option instead of some that are merged into it. */
export const mergeOptionsJob = defineBulkJob('custom-fields.merge-options');
