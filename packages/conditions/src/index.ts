/**
 * The condition tree: one filter language, evaluated in memory, compiled to SQL, edited in the browser.
 *
 * Semantics shared by memory and SQL (in full in ../README.md):
 * - two-valued logic: null never equals anything and every comparison with it is false, so `neq`, `nin` and `not` of it
 *   are true;
 * - text is compared by `normalizeText` on both sides, under `COLLATE "C"`; select, multiSelect and reference values
 *   are compared exactly;
 * - decimals are exact; instants are compared by the millisecond, local days by an explicit time zone and now.
 */
export type {
  Condition,
  ConditionProblem,
  ConditionProblemCode,
  EvaluationClock,
  FieldInfo,
  FieldResolver,
  Leaf,
} from './condition.types.js';
export { ConditionError, LINE_MATCHES, type LineMatch, type LinesCondition } from './condition.types.js';
export { changeConditionSchema, CONDITION_LIMITS, conditionSchema } from './condition.schema.js';
export {
  FIELD_TYPE_NAMES,
  FIELD_TYPES,
  type FieldType,
  type FieldTypeTraits,
  isLink,
  isSet,
  type ValueFamily,
} from './field-types/index.js';
export { checkCondition } from './check.js';
export {
  compileChangeEvaluator,
  compileEvaluator,
  evaluate,
  explain,
  readerOf,
  type FieldReader,
  type RecordChange,
  type Verdict,
} from './evaluate.js';
export {
  type FieldDifference,
  isFieldRequired,
  isFieldShown,
  isOptionOpen,
  type PresenceRules,
} from './field-rules.js';
export { MAX_DAYS, optionMeant } from './leaf-value.js';
export { LruMap } from './lru-map.js';
export { isBlankText, NORMALIZATION_VERSION, normalizeText, tidyKey, tidyText } from './normalize-text.js';
export {
  type Arity,
  type ChangeOperator,
  isChangeOperator,
  isOperator,
  isRelativeOperator,
  type Operator,
  type OperatorInfo,
  OPERATORS,
  type RelativeOperator,
} from './operators.js';
export { isMatchable, notationOf } from './type-in-files.js';
export { changeOperatorsFor, operatorLabel, operatorsFor } from './type-operators.js';
export { linkKey, linkOf, readLinkKey, type RecordLink, targetKey } from './record-link.js';
export {
  escapeLike,
  likePattern,
  type SqlColumn,
  type SqlContext,
  type SqlLines,
  type SqlFieldAccess,
  type AddParam,
  toSql,
} from './sql.js';
export { PLAIN_TEXT, type TextForm, type TextMatch, type TextMatchKind } from './text-form.js';
export { CUSTOM_PREFIX, fieldsOf, isAboutLines, negationNormalForm, splitPath } from './tree.js';
export {
  dayAt,
  formatDay,
  type HalfOpenRange,
  parseDay,
  parseInstant,
  relativeDays,
  startOfDay,
} from './calendar.js';
