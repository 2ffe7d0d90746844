/** Operations that every object has: writing. */
import type * as types from '../generated/types.gen.js';
import { type Given, send } from './request.js';
import type { CreateAt, RecordAt, UpdateAt } from './types.js';

/** Creates a record. */
export const createRecord = <P extends string>(
  path: P,
  body: CreateAt<P>,
  given?: Given<types.CreateRecordData>,
) => send<types.CreateRecordData, RecordAt<P>>('post', '/api/v1/{object}', { object: path }, given, body);

/** Changes fields of a record. */
export const updateRecord = <P extends string>(
  path: P,
  id: string,
  body: UpdateAt<P>,
  given?: Given<types.UpdateRecordData>,
) =>
  send<types.UpdateRecordData, RecordAt<P>>(
    'patch',
    '/api/v1/{object}/{id}',
    { object: path, id },
    given,
    body,
  );

/** Deletes a record; it can be restored. Returns the job that changes records which refer to it, if those are many. */
export const deleteRecord = (path: string, id: string, given?: Given<types.DeleteRecordData>) =>
  send<types.DeleteRecordData, types.BulkJob | undefined>(
    'delete',
    '/api/v1/{object}/{id}',
    { object: path, id },
    given,
  );

/** Restores a deleted record. */
export const restoreRecord = <P extends string>(
  path: P,
  id: string,
  given?: Given<types.RestoreRecordData>,
) =>
  send<types.RestoreRecordData, RecordAt<P>>(
    'post',
    '/api/v1/{object}/{id}/restore',
    { object: path, id },
    given,
  );

/** Creates, changes, deletes or restores many records. */
export const bulkRecords = (path: string, body: types.Bulk, given?: Given<types.BulkRecordsData>) =>
  send<types.BulkRecordsData, types.BulkAnswer | types.BulkJob>(
    'post',
    '/api/v1/{object}/bulk',
    { object: path },
    given,
    body,
  );

/** Shows what a bulk request would do, and does nothing. */
export const previewBulkRecords = (
  path: string,
  body: types.Bulk,
  given?: Given<types.PreviewBulkRecordsData>,
) =>
  send<types.PreviewBulkRecordsData, types.BulkPreview>(
    'post',
    '/api/v1/{object}/bulk/preview',
    { object: path },
    given,
    body,
  );

/** Previews what deleting records does to records that link to them. */
export const previewDeletionOfRecords = (
  path: string,
  body: types.DeletionPreviewRequest,
  given?: Given<types.PreviewDeletionOfRecordsData>,
) =>
  send<types.PreviewDeletionOfRecordsData, types.DeletionPreview>(
    'post',
    '/api/v1/{object}/deletion-preview',
    { object: path },
    given,
    body,
  );

/** Merges two to five records into one of them. */
export const mergeRecords = (path: string, body: types.MergeRequest, given?: Given<types.MergeRecordsData>) =>
  send<types.MergeRecordsData, types.Merged>('post', '/api/v1/{object}/merge', { object: path }, given, body);

/** Previews what merging records does. */
export const previewMergeOfRecords = (
  path: string,
  body: types.MergeRequest,
  given?: Given<types.PreviewMergeOfRecordsData>,
) =>
  send<types.PreviewMergeOfRecordsData, types.MergePreview>(
    'post',
    '/api/v1/{object}/merge/preview',
    { object: path },
    given,
    body,
  );
