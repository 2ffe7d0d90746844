import { getRecord } from '@pellucid/api-client';
import { ApiProblem } from '@/lib/api-problem';

import type { Cause } from '../api/undo';
import { updateRecord } from '../api/write-record';
import type { ObjectDescription, RecordData } from '../object-description';
import { readConflict, resolveConflict } from './conflict';
import { useRecordForm } from './record-form-context';

/**
 * Saves changes to records in the version the user saw. If somebody else changed the same fields meanwhile, asks which
 * side wins and writes the result. Out: the current record; undefined if the user cancelled. Throws any other
 * ApiProblem.
 */
export function useSaveRecords() {
  const { decideConflict } = useRecordForm();
  return async function save(
    object: ObjectDescription,
    record: RecordData,
    changes: Record<string, unknown>,
    cause?: Cause,
  ): Promise<RecordData | undefined> {
    let version = record.version;
    let pending = changes;
    for (;;) {
      try {
        return await updateRecord(object.path, record.id, pending, version, cause);
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.status !== 412) throw error;
        const conflict = readConflict(error, pending);
        const choices = await decideConflict(object, conflict);
        if (!choices) return undefined;
        pending = resolveConflict(pending, conflict, choices);
        const latest = await getRecord(object.path, record.id);
        // The write is based on the version shown in the conflict, so that it can't overwrite changes the user hasn't
        // seen.
        version = conflict.version ?? latest.version;
        if (Object.keys(pending).length === 0) return latest;
      }
    }
  };
}

/** As {@link useSaveRecords}, for records of one object. */
export function useSaveRecord(object: ObjectDescription) {
  const save = useSaveRecords();
  return (record: RecordData, changes: Record<string, unknown>, cause?: Cause) =>
    save(object, record, changes, cause);
}
