export * from './aggregate/index.js';
export type { LockedRead, WhichRecords } from './by-ids.js';
export { FIELD_REVEALER, type FieldRevealer } from './field-revealer.js';
export {
  accessNotes,
  currencyFieldOf,
  currencyKeyOf,
  currencyOf,
  keysOfLines,
  type PresentedRecord,
  presentedValue,
  presentLines,
  presentLoose,
} from './presenter.js';
export { CursorSealer } from './cursor.js';
export { joinsOf } from './list-statements.js';
export type { LineNames } from './line-columns.js';
export { orderOf } from './list-query.js';
export { openerIn, withinSql } from './opening-filter.js';
export { LinkNames } from './link-names.js';
export { type Author, type LoadedRecord, ReadPlan } from './read-plan.js';
export { type ListAnswer, RecordLists, type ListRequest } from './record-lists.js';
export { type ExtractParts, type ExtractRequest, RecordExtracts } from './record-extracts.js';
export { type Maker, makerOf } from './makers.js';
export { RecordReader } from './record-reader.js';
export { RecordViews, type StoredView, viewFor } from './record-views.js';
export { blankProblems, type Selection } from './selection.js';
export { type ShownChange, shownChanges } from './shown-changes.js';
export {
  columnObstacle,
  conditionObstacle,
  groupObstacle,
  measureObstacle,
  type Obstacle,
  periodObstacle,
  SAVED_VIEWS,
  type SavedViews,
  sortObstacle,
  type ViewCriteria,
  type ViewNotes,
  type ViewPart,
  withView,
} from './saved-views.js';
