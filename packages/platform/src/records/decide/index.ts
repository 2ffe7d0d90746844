export {
  assignedFields,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldRules,
  type FieldVisibility,
  type Inheritance,
  type ObjectAccess,
  type OpeningLink,
  type RecordScope,
  type RecordView,
  UNLIMITED,
  UNSEEN,
  valuesOnly,
} from './access-policy.js';
export {
  areCountedSeen,
  derivedColumn,
  isNeverTold,
  isDerivedIn,
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
export { gives, mentionsTime, sharesOf } from './record-access.js';
export { nameGuard, namesAreClear } from './record-names.js';
export { piiOf } from './field-levels.js';
export {
  columnSql,
  infoOf,
  opensSql,
  ownConditionSql,
  ownFields,
  policySql,
  scopeSql,
  withoutOpened,
} from './scope-sql.js';
export { openedRows, ownersOf, plainPage, scopedPage } from './scoped-page.js';
export { seesAllOf } from './whole-sight.js';
export { withoutLimits } from './unlimited-context.js';
