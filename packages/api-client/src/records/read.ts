/** Operations that every object has: reading. */
import type * as types from '../generated/types.gen.js';
import { type Given, send } from './request.js';
import type { RecordAt, RecordList } from './types.js';

/** Lists records, a page at a time. */
export const listRecords = <P extends string>(path: P, given?: Given<types.ListRecordsData>) =>
  send<types.ListRecordsData, RecordList<P>>('get', '/api/v1/{object}', { object: path }, given);

/** Lists records by a filter that is too long for a URL. */
export const queryRecords = <P extends string>(
  path: P,
  body: types.ListRequest,
  given?: Given<types.QueryRecordsData>,
) =>
  send<types.QueryRecordsData, RecordList<P>>(
    'post',
    '/api/v1/{object}/query',
    { object: path },
    given,
    body,
  );

/** Gets a record. */
export const getRecord = <P extends string>(path: P, id: string, given?: Given<types.GetRecordData>) =>
  send<types.GetRecordData, RecordAt<P>>('get', '/api/v1/{object}/{id}', { object: path, id }, given);

/** Groups and measures records. */
export const aggregateRecords = (
  path: string,
  body: types.AggregateRequest,
  given?: Given<types.AggregateRecordsData>,
) =>
  send<types.AggregateRecordsData, types.Aggregate>(
    'post',
    '/api/v1/{object}/aggregate',
    { object: path },
    given,
    body,
  );

/** Reveals a masked field of a record; the reason is recorded. */
export const revealRecord = (
  path: string,
  id: string,
  body: types.RevealRequest,
  given?: Given<types.RevealRecordData>,
) =>
  send<types.RevealRecordData, types.RevealedValue>(
    'post',
    '/api/v1/{object}/{id}/reveal',
    { object: path, id },
    given,
    body,
  );
