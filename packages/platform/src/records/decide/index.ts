export {
  assignedFields,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldRules,
  type FieldVisibility,
  type ObjectAccess,
  type RecordScope,
  type RecordView,
  UNLIMITED,
  UNSEEN,
} from './access-policy.js';
export {
  derivedColumn,
  isToldByRecord,
  isToldEverywhere,
  sourceRecordsOf,
  toldSql,
  visibilityIn,
} from './derived-values.js';
export { clockOf, type FilterContext } from './filter-context.js';
export { isPersonal, isUnderSecret } from './personal-fields.js';
export { QueryParts } from './query-parts.js';
export { personalFields, READ_OBSERVER, type ReadObserver } from './read-observer.js';
export { sharesOf } from './record-access.js';
export { nameGuard, namesAreClear } from './record-names.js';
export { columnSql, infoOf, ownersOf, plainPage, scopedPage, scopeSql, sharedRows } from './scope-sql.js';
export { withoutLimits } from './unlimited-context.js';
