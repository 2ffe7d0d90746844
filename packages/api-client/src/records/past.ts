/** Operations that every object has: a record's past. */
import type * as types from '../generated/types.gen.js';
import { type Given, send } from './request.js';
import type { RecordAt } from './types.js';

/** Lists the changes of a record, newest first. */
export const historyRecord = (path: string, id: string, given?: Given<types.HistoryRecordData>) =>
  send<types.HistoryRecordData, types.History>(
    'get',
    '/api/v1/{object}/{id}/history',
    { object: path, id },
    given,
  );

/** Lists what happened to a record and around it, newest first. */
export const timelineRecord = (path: string, id: string, given?: Given<types.TimelineRecordData>) =>
  send<types.TimelineRecordData, types.Timeline>(
    'get',
    '/api/v1/{object}/{id}/timeline',
    { object: path, id },
    given,
  );

/** Gets a record as of a point in time or a version. */
export const asOfRecord = <P extends string>(path: P, id: string, given?: Given<types.AsOfRecordData>) =>
  send<types.AsOfRecordData, RecordAt<P>>('get', '/api/v1/{object}/{id}/as-of', { object: path, id }, given);

/** Restores the fields of a record to a version. */
export const restoreVersionRecord = <P extends string>(
  path: P,
  id: string,
  body: types.RestoreVersion,
  given?: Given<types.RestoreVersionRecordData>,
) =>
  send<types.RestoreVersionRecordData, RecordAt<P>>(
    'post',
    '/api/v1/{object}/{id}/restore-version',
    { object: path, id },
    given,
    body,
  );
