import {
  isDerivedIn,
  isToldByRecord,
  type LoadedRecord,
  type RecordDescriptor,
} from '@pellucid/platform/records';
import type { SearchClass } from '../classes/search-class.js';
import { DocumentText, textLexemes, type Weight } from '../text/lexemes.js';
import type { SearchedField } from './searched-fields.js';

/** What the index holds of a record for one visibility class. */
export interface SearchDocument {
  object: string;
  record_id: string;
  class: number;
  version: number;
  owner_id: string | null;
  changed_at: string;
  /** Text form of a tsvector. */
  lexemes: string;
  /** The same words by weight, without the code of the tenant. */
  words: Record<Weight, string[]>;
  typos: string[];
}

/**
 * Returns the documents of a record, one for each class; none if it is deleted.
 * @param record read for the product itself, with all names
 * @param code of the tenant: see `tenantCode`
 */
export function documentsOf(
  record: LoadedRecord,
  descriptor: RecordDescriptor,
  fields: SearchedField[],
  classes: readonly SearchClass[],
  code: string,
): SearchDocument[] {
  if (record.deletedAt !== null) return [];
  const owner = record.state['owner'];
  return classes.map((of) => {
    const text = new DocumentText(code);
    for (const searched of fields)
      if (of.fields.includes(searched.field.key) && (of.told || !isOthers(searched, record, descriptor)))
        for (const value of valuesOf(searched, record))
          for (const lexemes of searched.lexemes(value)) text.add(lexemes, searched.weight);
    text.add(textLexemes(record.id.replaceAll('-', ''), false), 'D');
    return {
      object: descriptor.key,
      record_id: record.id,
      class: of.class,
      version: record.version,
      owner_id: typeof owner === 'string' ? owner : null,
      changed_at: record.updatedAt,
      lexemes: text.tsvector(),
      words: text.words(),
      typos: text.typos(),
    };
  });
}

/** Whether a value of the record is known only to those who see other records: a name of one, or what is derived from it. */
export function isOthers(
  { field, isByName }: SearchedField,
  record: LoadedRecord,
  descriptor: RecordDescriptor,
): boolean {
  return isByName || (isToldByRecord(field, descriptor) && isDerivedIn(record.state, field, descriptor));
}

/** Returns the values that a field of a record is found by: names for references, else the value itself. */
export function valuesOf({ field, isByName }: SearchedField, record: LoadedRecord): unknown[] {
  const value = record.state[field.key];
  if (value === null || value === undefined || value === '') return [];
  if (!isByName) return [value];
  const linked = [record.links[field.key] ?? []].flat() as { name: string | null }[];
  const names = linked.length ? linked.map(({ name }) => name) : [record.names[field.key]];
  return names.filter(Boolean);
}
