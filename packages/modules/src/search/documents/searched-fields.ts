import {
  type FieldDescriptor,
  plainTextOf,
  type RecordDescriptor,
  type RecordRegistry,
} from '@pellucid/platform/records';
import type { TenantSnapshot } from '@pellucid/platform/access';
import { formLexemes, type Lexemes, numberLexemes, textLexemes, type Weight } from '../text/lexemes.js';

/** A field that the search looks into. */
export interface SearchedField {
  field: FieldDescriptor;
  weight: Weight;
  /** Whether it is searched by the names of the records that it refers to. */
  isByName: boolean;
  /** Returns what a value is found by. For a field by name, the value is a name. */
  lexemes(value: unknown): Lexemes[];
}

const known = new WeakMap<RecordDescriptor, SearchedField[]>();

/**
 * Returns the fields of an object that the search looks into: those that its description calls searchable, keys of other
 * systems, amounts that people enter, and references to records that have pages of their own. Encrypted fields are left out.
 */
export function searchedFields(
  descriptor: RecordDescriptor,
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
): SearchedField[] {
  let fields = known.get(descriptor);
  if (!fields) {
    fields = descriptor.fields.flatMap((field) => {
      const found = searchedField(field, descriptor, registry, snapshot);
      return found ? [found] : [];
    });
    known.set(descriptor, fields);
  }
  return fields;
}

function searchedField(
  field: FieldDescriptor,
  descriptor: RecordDescriptor,
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
): SearchedField | undefined {
  const { traits } = field;
  if (field.cipher) return undefined;
  if (field.references !== undefined) {
    const isPage =
      registry.has(field.references, snapshot) && registry.forTenant(field.references, snapshot).listed;
    return isPage
      ? { field, weight: 'C', isByName: true, lexemes: (name) => [textLexemes(String(name), true)] }
      : undefined;
  }
  if (traits.isAmount && !field.readOnly && field.keptIn === undefined)
    return { field, weight: 'D', isByName: false, lexemes: (value) => [numberLexemes(String(value))] };
  if (!field.searchable && !field.isKey) return undefined;
  const isName = [...descriptor.nameFields, ...descriptor.nameFallbacks].includes(field.key);
  const weight = isName ? 'A' : traits.isMultiline ? 'D' : 'B';
  if (traits.looksLikeValue)
    return { field, weight, isByName: false, lexemes: (value) => [formLexemes(String(value), field)] };
  if (traits.family === 'decimal')
    return { field, weight, isByName: false, lexemes: (value) => [numberLexemes(String(value))] };
  if (traits.family === 'text') {
    if (traits.isDocument)
      return {
        field,
        weight,
        isByName: false,
        lexemes: (value) => [textLexemes(plainTextOf(String(value)), false)],
      };
    const isMisspelt = Boolean(traits.isFreeText) && !traits.isMultiline && !field.isKey;
    return { field, weight, isByName: false, lexemes: (value) => [textLexemes(String(value), isMisspelt)] };
  }
  if (field.options) {
    const labels = new Map(field.options.map(({ value, label }) => [value, label]));
    return {
      field,
      weight,
      isByName: false,
      lexemes: (value) =>
        [value].flat().map((each) => textLexemes(labels.get(String(each)) ?? String(each), true)),
    };
  }
  return undefined;
}
