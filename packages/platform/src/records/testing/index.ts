export { FIELD_TYPE_NAMES, FIELD_TYPES, type FieldType, operatorsFor } from '@pellucid/conditions';
export { makeField } from '../describe/descriptor.js';
export { declaredFor, sampleValues } from './type-values.js';
