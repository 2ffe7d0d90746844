export * from './access-policy.js';
export * from './bulk.js';
export * from './constraint-problem.js';
export { type CursorPosition, CursorSealer } from './cursor.js';
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
} from './descriptor.js';
export { isToldEverywhere, isToldIn, ownSourcesOf, visibilityIn } from './derived-values.js';
export * from './event-presenter.js';
export * from './field-cipher.js';
export { formOfType, textFormOf } from './field-forms.js';
export * from './field-revealer.js';
export * from './field-types.js';
export * from './idempotency.js';
export * from './ids.js';
export * from './list-query.js';
export * from './participants.js';
export * from './presenter.js';
export * from './read-observer.js';
export * from './read-plan.js';
export * from './object-texts.js';
export * from './query-parts.js';
export * from './record.service.js';
export * from './record-access.js';
export * from './record-as-of.js';
export * from './record-controller.js';
export * from './record-erasure.js';
export * from './record-events.js';
export * from './record-history.js';
export { fieldNotWritable } from './record-input.js';
export { COUNT_CAP, joinsOf, listWhere } from './list-statements.js';
export * from './record-names.js';
export * from './record-reader.js';
export * from './record-schemas.js';
export * from './record-writer.js';
export { RowRefused, repeatOnDeadlock, rowProblem } from './write-problems.js';
export * from './records.module.js';
export * from './referrers.js';
export * from './registry.js';
export * from './scope-sql.js';
export * from './shared-fields.js';
export type { FieldStorage, HoldingRows, ReferringRows, ValueChange } from './storage/field-storage.js';
export type { LinkField } from './storage/link-storage.js';
export { restateTextsStatement, restoreFieldStatement } from './write-statements.js';
