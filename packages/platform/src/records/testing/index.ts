export { FIELD_TYPE_NAMES, FIELD_TYPES, type FieldType, isLink, operatorsFor } from '@pellucid/conditions';
export { makeField } from '../describe/descriptor.js';
export { refersToRecords, valueOfTarget } from '../describe/targets.js';
export { columnsOf, declaredFor, sampleValues } from './type-values.js';
