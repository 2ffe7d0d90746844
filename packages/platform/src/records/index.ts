export * from './decide/access-policy.js';
export * from './serve/bulk.js';
export * from './write/constraint-problem.js';
export { type CursorPosition, CursorSealer } from './read/cursor.js';
export {
  type Derivation,
  type FieldDescriptor,
  type FieldOption,
  field,
  optionsOf,
  type PiiClass,
  type RecordDescriptor,
  type RecordState,
  type UniqueRule,
  type VerbDescriptor,
} from './describe/descriptor.js';
export { isToldEverywhere, isToldIn, visibilityIn } from './decide/derived-values.js';
export { ownSourcesOf } from './describe/derivations.js';
export * from './remember/event-presenter.js';
export * from './describe/field-cipher.js';
export { formOfType, textFormOf } from './describe/field-forms.js';
export * from './read/field-revealer.js';
export * from './describe/field-types.js';
export * from './write/idempotency.js';
export * from './describe/ids.js';
export * from './read/list-query.js';
export * from './write/participants.js';
export * from './read/presenter.js';
export * from './decide/read-observer.js';
export * from './read/read-plan.js';
export * from './describe/object-texts.js';
export * from './decide/query-parts.js';
export * from './serve/record.service.js';
export * from './decide/record-access.js';
export * from './remember/record-as-of.js';
export * from './serve/record-controller.js';
export * from './serve/record-erasure.js';
export * from './remember/event-log.js';
export * from './decide/filter-context.js';
export { isPersonal, isUnderSecret } from './decide/personal-fields.js';
export { sameValue } from './describe/same-value.js';
export * from './remember/record-history.js';
export { fieldNotWritable } from './write/record-input.js';
export { COUNT_CAP, joinsOf, listWhere } from './read/list-statements.js';
export * from './decide/record-names.js';
export * from './read/record-reader.js';
export * from './serve/record-schemas.js';
export * from './write/record-writer.js';
export type { RowOutcome, WriteInput, WriteOptions } from './write/write-request.js';
export { RowRefused, repeatOnDeadlock, rowProblem } from './write/write-problems.js';
export * from './records.module.js';
export * from './write/referrers.js';
export * from './describe/registry.js';
export * from './decide/scope-sql.js';
export * from './describe/shared-fields.js';
export type {
  FieldStorage,
  HoldingRows,
  ReferringRows,
  ValueChange,
} from './describe/storage/field-storage.js';
export type { LinkField } from './describe/storage/link-storage.js';
export { restateTextsStatement, restoreFieldStatement } from './write/write-statements.js';
