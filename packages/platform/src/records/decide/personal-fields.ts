import type { TenantSnapshot } from '../../access/index.js';
import type { FieldDescriptor, PiiClass } from '../describe/index.js';
import { piiOf } from './field-levels.js';

const PERSONAL: ReadonlySet<PiiClass> = new Set(['personal', 'sensitive', 'secret']);

/** Whether the field is personal, by its class in this company. */
export function isPersonal(object: string, f: FieldDescriptor, snapshot: TenantSnapshot): boolean {
  return PERSONAL.has(piiOf(object, f, snapshot));
}

/**
 * Whether the log stores the field's values only encrypted with the record's secret: personal fields and encrypted
 * ones.
 */
export function isUnderSecret(object: string, f: FieldDescriptor, snapshot: TenantSnapshot): boolean {
  return f.cipher !== undefined || isPersonal(object, f, snapshot);
}
