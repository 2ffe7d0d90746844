export { ownSourcesOf } from './derivations.js';
export {
  comparedField,
  type Derivation,
  type FieldDescriptor,
  type PiiClass,
  type RecordDescriptor,
  type RecordState,
} from './descriptor.js';
export { CODECS, emptyOf, fieldNorm, FieldValueError, instant, isBlankValue, normOf } from './field-types.js';
export { newId } from './ids.js';
export { objectNames } from './object-texts.js';
export { looksLikePhone } from './phone-form.js';
export { RecordRegistry, type Referrer } from './registry.js';
export { sameValue } from './same-value.js';
