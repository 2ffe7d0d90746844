import * as api from '@pellucid/api-client';
import type { ProblemField } from '@/lib/api-problem';
import { queryClient } from '@/lib/query-client';
import { nestedValues } from '../fields/custom-values';
import type { RecordData } from '../object-description';
import type { ReferrerPolicy } from './deletion-preview';
import { afterOwnWrites } from './own-writes';
import { recordKeys } from './record-keys';
import { askingAboutDuplicates } from '../duplicates/duplicates-question';
import { type Cause, causedBy } from './undo';

/** `"3"`: the entity tag of a version. */
function ifMatch(version: number) {
  return { 'If-Match': `"${version}"` };
}

/**
 * Updates the cache after a write: stores the record and refetches lists, related lists and totals, which may show it.
 */
function refresh(path: string, record?: RecordData): void {
  if (record) queryClient.setQueryData(recordKeys.record(path, record.id), record);
  void queryClient.invalidateQueries({
    queryKey: recordKeys.all,
    predicate: ({ queryKey }) => !record || queryKey[2] !== 'record' || queryKey[3] !== record.id,
  });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
  // A new owner, for instance, can give or take access.
  void queryClient.invalidateQueries({ queryKey: recordKeys.access });
}

/** Creates a record. In: values by field key, in the API's form. Throws ApiProblem with pointers to the wrong fields. */
export async function createRecord(
  path: string,
  values: Record<string, unknown>,
  cause?: Cause,
): Promise<RecordData> {
  const record = await askingAboutDuplicates((query) =>
    api.createRecord(path, nestedValues(values), { headers: causedBy(cause), query }),
  );
  refresh(path, record);
  return record;
}

/**
 * Writes changed fields. `version` is the one the user saw: the API merges with others' changes since, and answers 412
 * (thrown as ApiProblem) if both changed the same field. Changes of the same record are written one after the other.
 */
export async function updateRecord(
  path: string,
  id: string,
  changes: Record<string, unknown>,
  version: number,
  cause?: Cause,
): Promise<RecordData> {
  return afterOwnWrites(id, version, async (from) => {
    const headers = { ...ifMatch(from), ...causedBy(cause) };
    const record = await askingAboutDuplicates((query) =>
      api.updateRecord(path, id, nestedValues(changes), { headers, query }),
    );
    refresh(path, record);
    return record;
  });
}

/**
 * Deletes a record.
 * @param referrers what happens to records that refer to it. If left out, they block the deletion
 * @returns the jobs that change records that refer to it, if those are many
 */
export async function deleteRecord(
  path: string,
  id: string,
  version?: number,
  referrers?: ReferrerPolicy,
  cause?: Cause,
): Promise<string[]> {
  const headers = { ...(version === undefined ? {} : ifMatch(version)), ...causedBy(cause) };
  const answer = await api.deleteRecord(path, id, { headers, ...(referrers && { query: { referrers } }) });
  queryClient.removeQueries({ queryKey: recordKeys.record(path, id) });
  refresh(path);
  return answer?.id ? [answer.id] : [];
}

/** Restores a deleted record, with what was deleted along with it. */
export async function restoreRecord(path: string, id: string, cause?: Cause): Promise<void> {
  await api.restoreRecord(path, id, { headers: causedBy(cause) });
  refresh(path);
}

export interface BulkRequest {
  action: 'update' | 'delete' | 'restore';
  ids: string[];
  changes?: Record<string, unknown>;
  referrers?: ReferrerPolicy;
}

export interface BulkAnswer {
  results: {
    index: number;
    id?: string;
    status: string | number;
    errors?: ProblemField[];
    /** The job that changes records which refer to it, if those are many. */
    cascade?: string;
  }[];
  counts: Record<string, number>;
}

/**
 * Creates several records, all or none.
 *
 * @throws ApiProblem of the first refused row
 */
export async function createRecords(path: string, rows: Record<string, unknown>[]): Promise<void> {
  await api.bulkRecords(path, { action: 'create', rows, atomic: true });
  refresh(path);
}

/**
 * Changes several records, all or none. Keeps what others changed meanwhile in other fields. Requires the right to
 * change many at once.
 *
 * @param rows changes with the `id` of their record, at most 500
 * @throws ApiProblem with the problems of every row
 */
export async function updateRecords(
  path: string,
  rows: ({ id: string } & Record<string, unknown>)[],
  cause?: Cause,
): Promise<void> {
  await api.bulkRecords(path, { action: 'update', rows, atomic: true }, { headers: causedBy(cause) });
  refresh(path);
}

/**
 * Changes several records, each by itself: a refused row keeps none of the others from changing. Requires the right to
 * change many at once.
 *
 * @param rows changes with the `id` of their record, at most 500
 */
export async function changeRecords(
  path: string,
  rows: ({ id: string } & Record<string, unknown>)[],
  cause?: Cause,
): Promise<BulkAnswer> {
  const nested = rows.map(({ id, ...changes }) => ({ id, ...nestedValues(changes) }));
  const answer = await api.bulkRecords(
    path,
    { action: 'update', rows: nested },
    { headers: causedBy(cause) },
  );
  refresh(path);
  return answer as BulkAnswer;
}

/** Takes at most 500 IDs, so that the answer comes at once instead of from a job. */
export async function bulkRecords(path: string, request: BulkRequest, cause?: Cause): Promise<BulkAnswer> {
  const answer = await api.bulkRecords(path, request, { headers: causedBy(cause) });
  refresh(path);
  return answer as BulkAnswer;
}
