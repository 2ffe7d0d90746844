export {
  computedReadersOf,
  computedSources,
  formulaFieldsOf,
  rollupFieldsOf,
  rollupSources,
  type FormulaField,
  type RollupField,
} from './computed-fields.js';
export { storedNorms } from './field-cipher.js';
export { customField, fieldPointer } from './custom-fields.js';
export {
  derivedByRecordBehind,
  isDerivedByRecord,
  ownSourcesOf,
  sourcesBehind,
} from './derivations.js';
export {
  comparedField,
  type Derivation,
  type FieldDescriptor,
  type PiiClass,
  type RecordDescriptor,
  type RecordState,
  type StartingRule,
  andInPart,
} from './descriptor.js';
export { customObject, fieldsOfTemplate } from './custom-objects.js';
export { type FieldCodec, SERVER_FIELD_TYPES, type ServerFieldType } from './field-types/index.js';
export { FieldValueError } from './field-value-error.js';
export { type DefaultContext, defaultsFor } from './field-defaults.js';
export { emptyOf, fieldNorm, isBlankValue, loggedValue, normOf } from './field-values.js';
export { exactForm, hostOf, isMatchable } from './match-forms.js';
export type { FieldCipher } from './field-cipher.js';
export { newId, uuidFloor } from './ids.js';
export {
  allFieldsOf,
  collectionOf,
  fieldOf,
  inOrder,
  type LineCollection,
  lineFieldsOf,
  linesIn,
  type OwnedLine,
  partOf,
} from './owned-lines.js';
export { documentOf, firstLineOf, plainTextOf } from './rich-text/index.js';
export { instant } from './instants.js';
export { LEGAL_ENTITIES, LEGAL_ENTITY, PEOPLE, TAGS } from './base-objects.js';
export { OBJECT_COLORS, OBJECT_ICONS, REFERENCE_MARKS } from './object-presentation.js';
export { objectNames } from './object-texts.js';
export { RecordRegistry, type Referrer } from './registry.js';
export { sameValue } from './same-value.js';
export {
  identityOf,
  optionsIn,
  refersToRecords,
  targetsIn,
  unitedElements,
  valueOfTarget,
  withOptions,
} from './targets.js';
export { type LinkEnds, type LinkedRows, referringIds, refersTo } from './storage/linked-rows.js';
export { type FieldValues, isInOwnRow, type SideTable } from './storage/field-storage.js';
