import { defineBulkJob } from '@pellucid/platform/jobs';
import type { FieldContent } from '../definitions/definition.types.js';

/** What a change of type is to do. */
export interface ConvertRequest {
  /** Id of the field. */
  field: string;
  /** Where the new values go. */
  slot: number;
  /** The definition afterwards. */
  content: FieldContent;
}

/** Changes the type of a field and converts its values. */
export const convertFieldJob = defineBulkJob('custom-fields.convert');
