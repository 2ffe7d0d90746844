import type { RecordData, RecordReference } from '@/records/object-description';

/** A step of a sequence or of a run, as the API answers it. Values that the user doesn't see are missing. */
export interface Step {
  id: string;
  kind?: string;
  name?: string;
  wait?: number;
  waitUnit?: string;
  time?: string | null;
  assignee?: string;
  person?: RecordReference | null;
  [name: string]: unknown;
}

/** The steps of a record; undefined if the user doesn't see them. */
export const stepsOf = (record: RecordData): Step[] | undefined => record['steps'] as Step[] | undefined;
