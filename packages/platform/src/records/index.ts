export {
  assignedFields,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldRules,
  fieldsDeciding,
  type FieldVisibility,
  type ObjectAccess,
  type RecordView,
  type RecordScope,
  type ScopeBranch,
  UNLIMITED,
  UNSEEN,
} from './decide/access-policy.js';
export {
  areCountedSeen,
  isDerivedIn,
  isToldByRecord,
  isToldEverywhere,
  isToldIn,
  toldSql,
  visibilityIn,
} from './decide/derived-values.js';
export { clockOf, type FilterContext } from './decide/filter-context.js';
export { QueryParts } from './decide/query-parts.js';
export { READ_OBSERVER, type ReadObserver, type Sight } from './decide/read-observer.js';
export { type LevelInRole, levelInRole, piiOf } from './decide/field-levels.js';
export { actionsOf, gives, levelToOpen, RecordAccess } from './decide/record-access.js';
export { seesAllOf } from './decide/whole-sight.js';
export { covers, type ReaderRights, readerRights, visibilityOf } from './decide/reader-rights.js';
export { nameGuard, namesAreClear } from './decide/record-names.js';
export { infoOf, ownFields, scopeSql, withoutOpened } from './decide/scope-sql.js';
export { LEGAL_ENTITIES, LEGAL_ENTITY, PEOPLE } from './describe/base-objects.js';
export { type CellNumber, numberOf } from './describe/cells/amount-cell.js';
export { namesOf } from './read/link-names.js';
export { documentOf, firstLineOf, plainTextOf } from './describe/rich-text/index.js';
export { CellError, shownText } from './describe/cells/cell-error.js';
export { CELL_TEXTS } from './describe/cells/cell-texts.js';
export type { ColumnConventions } from './describe/cells/cell-form.js';
export { listCell, listItems } from './describe/cells/choice-cell.js';
export { namedLink } from './describe/cells/link-cell.js';
export { computedReadersOf, computedSources } from './describe/computed-fields.js';
export {
  currencyKeyIn,
  customField,
  fieldPointer,
  RECORD_CURRENCY,
  withCustomFields,
} from './describe/custom-fields.js';
export {
  field,
  type FieldDescriptor,
  type FieldOption,
  optionsOf,
  type PiiClass,
  type RecordDescriptor,
  type StartingRule,
} from './describe/descriptor.js';
export { ANNOUNCED_MS, storedNorms } from './describe/field-cipher.js';
export { emailForm, textFormOf } from './describe/field-forms.js';
export { decimalInput } from './describe/field-types/decimal-codec.js';
export { SERVER_FIELD_TYPES, type ServerFieldType, type ValueSetting } from './describe/field-types/index.js';
export { defaultsFor } from './describe/field-defaults.js';
export { FieldValueError } from './describe/field-value-error.js';
export {
  conditionNames,
  type FieldUse,
  FieldUses,
  type FieldUser,
  type PersonalUses,
} from './describe/field-uses.js';
export { newId, uuidFloor } from './describe/ids.js';
export { countryOf } from './describe/phone-form.js';
export { fieldNorm, isBlankValue, normOf } from './describe/field-values.js';
export { customObject, fieldsOfTemplate } from './describe/custom-objects.js';
export { OBJECT_COLORS, OBJECT_ICONS } from './describe/object-presentation.js';
export { instant } from './describe/instants.js';
export {
  contextLanguage,
  inLanguage,
  LANGUAGES,
  missingTexts,
  objectNames,
  type ObjectTexts,
} from './describe/object-texts.js';
export { derivedByRecordBehind, ownSourcesOf } from './describe/derivations.js';
export {
  allFieldsOf,
  collectionOf,
  defineLines,
  fieldOf,
  type LineCollection,
  linesIn,
  type OwnedLine,
  partOf,
} from './describe/owned-lines.js';
export { RecordRegistry } from './describe/registry.js';
export { refersTo, referringIds } from './describe/storage/linked-rows.js';
export { optionsIn, refersToRecords, targetsIn, withOptions } from './describe/targets.js';
export { defineRecord } from './describe/shared-fields.js';
export { changedPairs, linksOf, type OneObjectLinks, manyToMany } from './describe/links/many-to-many.js';
export type { LinkField } from './describe/storage/link-storage.js';
export { MAX_PATTERN, patternFault } from './describe/text-pattern.js';
export { isIndexable } from './describe/storage/custom-storage.js';
export { CursorSealer } from './read/cursor.js';
export { FIELD_REVEALER, type FieldRevealer } from './read/field-revealer.js';
export { notInClear } from './read/field-paths.js';
export { parseFilter } from './read/list-query.js';
export type { AggregateRequest } from './read/aggregate/index.js';
export { COUNT_CAP, joinsOf, listWhere } from './read/list-statements.js';
export {
  accessNotes,
  type AccessNotes,
  currencyFieldOf,
  currencyOf,
  type PresentedRecord,
  presentedValue,
  presentLoose,
  presentRecord,
} from './read/presenter.js';
export { type ShownChange, shownChanges } from './read/shown-changes.js';
export { type LoadedRecord, ReadPlan } from './read/read-plan.js';
export { type ExtractRequest, RecordExtracts } from './read/record-extracts.js';
export { type Maker, makerOf } from './read/makers.js';
export { RecordReader } from './read/record-reader.js';
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
} from './read/saved-views.js';
export { type Opening, openingsOf, RecordViews, type StoredView, viewFor } from './read/record-views.js';
export * from './match/index.js';
export { exactForm, hostOf, isMatchable } from './describe/match-forms.js';
export { withoutLimits } from './decide/unlimited-context.js';
export {
  type FieldChange,
  notedEventStatement,
  SECURITY_PREFIX,
  type SecurityEvent,
  securityEventStatements,
} from './remember/event-log.js';
export { disguisedVerbs, EventPresenter, type SeenRecord } from './remember/event-presenter.js';
export { entryOf, type HistoryEntry, LOG_ROWS, type LogRow } from './remember/log-rows.js';
export { tellsAnything, VALUES_COMPUTED } from './remember/computed-events.js';
export {
  type PastRecord,
  PastStates,
  type Transition,
  type TransitionBatch,
} from './remember/past-states.js';
export {
  BULK_INLINE,
  BULK_QUEUE,
  bulkInputs,
  type BulkQueue,
  type BulkRequest,
  type BulkShare,
  type BulkSharing,
  byQuery,
  listed,
  RecordBulk,
  summarise,
} from './serve/bulk.js';
export {
  CASCADE_START,
  type CascadeCursor,
  type CascadeFailure,
  RecordCascades,
} from './serve/record-cascades.js';
export { fieldCondition, fieldName, withoutHidden } from './serve/named-fields.js';
export { RecordErasure } from './serve/record-erasure.js';
export {
  makerSchema,
  accessMeta,
  bulkJobSchema,
  historyEntrySchema,
  recordSchemas,
  writeQuery,
  viewNotesSchema,
} from './serve/record-schemas.js';
export { type BinEntry, RecycleBin } from './serve/recycle-bin.js';
export { RecordUndo, type ShownConflict, type ShownForecast } from './serve/record-undo.js';
export { type CauseSelector, causesTouching } from './remember/cause-log.js';
export { UNDO_START, type UndoCursor } from './write/undo/undo-plan.js';
export type { ShareTerms, UndoneShare, UndoneSharing } from './write/undo/undone-shares.js';
export type { KeptReason, UndoCounts, UndoOutcome } from './write/undo/undo-outcome.js';
export { RecordService } from './serve/record.service.js';
export {
  type BroughtStay,
  type BroughtStays,
  FIRST_STAYS,
  type StaysCursor,
  ValueHistories,
  type ValueHistory,
} from './serve/value-histories.js';
export { parseFieldValue } from './write/record-input.js';
export {
  AffectedRecordsFinder,
  beginSeries,
  ComputedDefinitions,
  type CreationPlace,
  FollowChanges,
  FormulaPlans,
  type ManyReferrers,
  MOST_PREVIEWED,
  Recalculation,
  ValuePreview,
  ValueSources,
} from './compute/index.js';
export type { Cascade, CascadeJobs } from './write/cascades.js';
export type { IdempotencyRequest } from '../http/request-headers.js';
export { noteMerge, takeMerges } from './write/merge-effects.js';
export type { Merge } from './write/participants.js';
export type {
  DuplicatePolicy,
  WriteAsker,
  WriteBatch,
  WriteMode,
  WriteParticipant,
} from './write/participants.js';
export { fieldNotWritable } from './write/record-input.js';
export { BATCH_SIZE } from './write/record-writer.js';
export { duplicatesFor, type RowOutcome, type WriteInput, type WriteOptions } from './write/write-request.js';
export {
  copyFieldStatements,
  emptyFieldStatements,
  putFieldStatement,
  restateNamesStatements,
  restateTextsStatements,
  restoreFieldStatements,
} from './write/restate-statements.js';
export type { LineWish, RowLine } from './write/row-lines.js';
export type { RuleOrigin, ValueOrigin } from './write/value-origin.js';
export { type CascadeJob, WriteRow } from './write/write-row.js';
export { tenantEndpoints } from './serve/tenant-endpoints.js';
export { RecordsModule } from './records.module.js';
