/**
 * The client generated from the OpenAPI document: types, one function per operation, and the operations that every
 * object has, typed by object.
 */
export * from './generated/index.js';
export type { ObjectMap } from './generated/objects.gen.js';
export { client } from './generated/client.gen.js';
export type * from './records/types.js';
// Named one by one, because they replace the generated functions, which know only any record. Pages that do not write
// load no code for writing.
export { aggregateRecords, getRecord, listRecords, queryRecords, revealRecord } from './records/read.js';
export {
  bulkRecords,
  createRecord,
  deleteRecord,
  mergeRecords,
  previewBulkRecords,
  previewDeletionOfRecords,
  previewMergeOfRecords,
  restoreRecord,
  updateRecord,
} from './records/write.js';
export { asOfRecord, historyRecord, restoreVersionRecord, timelineRecord } from './records/past.js';
