import {
  changeCustomField,
  changeCustomFieldType,
  createCustomField,
  type CustomField,
  type CustomFieldChange,
  type CustomFieldCreate,
  type CustomFieldTypeChange,
  type CustomFieldTypePreview as TypePreview,
  type CustomFieldWork,
  deleteCustomField,
  listCustomFields,
  mergeCustomFieldOptions,
  orderCustomFields,
  previewCustomFieldType,
  restoreCustomField,
} from '@pellucid/api-client';
import { FIELD_TYPES, type FieldType } from '@pellucid/conditions';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { objectsQuery } from '@/records/api/describe-objects';
import { ADDED_TYPES } from '@/records/field-types/added-types';

export type { CustomField, CustomFieldChange, CustomFieldCreate, CustomFieldTypeChange, TypePreview };

/** How the product works out the values of a field. */
export type ComputedKind = Exclude<CustomField['type'], FieldType>;

/** How the product works out the field's values; undefined if people enter them. */
export function computedKindOf({ type }: { type: FieldType | ComputedKind }): ComputedKind | undefined {
  return type in FIELD_TYPES ? undefined : (type as ComputedKind);
}

/** The type of a field's values. */
export function valueTypeOf({ type, valueType }: CustomField): FieldType {
  return valueType ?? (type as FieldType);
}

/** Types that the field's values can be converted to: none for computed fields and for links to records. */
export function convertibleTypes(field: CustomField): FieldType[] {
  const holdsRecords = (type: FieldType) =>
    ADDED_TYPES[type]?.settings.some((setting) => setting === 'references' || setting === 'linksTo');
  if (computedKindOf(field) || field.convertingTo || holdsRecords(valueTypeOf(field))) return [];
  return (Object.keys(ADDED_TYPES) as FieldType[]).filter(
    (type) => ADDED_TYPES[type] && !holdsRecords(type) && type !== field.type,
  );
}

/** How often a field is asked for whose values are being converted or indexed. */
const POLL_MS = 2_000;

/** Most fields that a company can add to an object. */
export const MOST_FIELDS = 200;

const all = ['custom-fields'] as const;

/** Objects with fields whose values were being worked on when they were read last. */
const working = new Set<string>();

/** Fields that the company added to an object, in their order. */
export function customFieldsQuery(object: string) {
  return queryOptions({
    queryKey: [...all, object, 'present'],
    queryFn: async ({ signal }): Promise<CustomField[]> =>
      (await listCustomFields({ query: { object }, signal })).data,
    // The descriptions change when the work ends.
    refetchInterval: ({ state: { data } }) => {
      const isBusy = data?.some(({ convertingTo, indexState }) => convertingTo || indexState === 'building');
      if (!isBusy && working.delete(object))
        void queryClient.invalidateQueries({ queryKey: objectsQuery.queryKey });
      if (isBusy) working.add(object);
      return isBusy ? POLL_MS : false;
    },
  });
}

/** Deleted fields of an object that can be restored. */
export function deletedFieldsQuery(object: string) {
  return queryOptions({
    queryKey: [...all, object, 'deleted'],
    queryFn: async ({ signal }): Promise<CustomField[]> =>
      (await listCustomFields({ query: { object, deleted: 'true' }, signal })).data,
  });
}

/** Fetches again what depends on fields: lists, forms and pages are drawn from the objects' descriptions. */
export async function refreshFields(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: all }),
    queryClient.invalidateQueries({ queryKey: objectsQuery.queryKey }),
  ]);
}

async function refreshed<T>(work: Promise<T>): Promise<T> {
  const done = await work;
  await refreshFields();
  return done;
}

const ifMatch = ({ version }: CustomField) => ({ 'If-Match': `"${version}"` });

export function addField(body: CustomFieldCreate): Promise<CustomField> {
  return refreshed(createCustomField({ body }));
}

/** Changes a field. Fails with 412 if somebody else changed it since it was read. */
export function saveField(field: CustomField, body: CustomFieldChange): Promise<CustomField> {
  return refreshed(changeCustomField({ path: { id: field.id }, body, headers: ifMatch(field) }));
}

/** Deletes a field. @param leaves whether private views and templates of others that use it are left as they are */
export async function removeField(field: CustomField, leaves: boolean): Promise<void> {
  const query = { personalUses: leaves ? 'leave' : 'refuse' } as const;
  await refreshed(deleteCustomField({ path: { id: field.id }, query, headers: ifMatch(field) }));
}

export function restoreField(field: CustomField): Promise<CustomField> {
  return refreshed(restoreCustomField({ path: { id: field.id } }));
}

/** Retires options and starts to give their records another one. Out: the bulk job. */
export function mergeOptions(field: CustomField, from: string[], into: string): Promise<CustomFieldWork> {
  return refreshed(
    mergeCustomFieldOptions({ path: { id: field.id }, body: { from, into }, headers: ifMatch(field) }),
  );
}

/** What another type would do to the values. Changes nothing. */
export function previewType(field: CustomField, body: CustomFieldTypeChange): Promise<TypePreview> {
  return previewCustomFieldType({ path: { id: field.id }, body });
}

/** Starts to convert the values to another type. Out: the bulk job. */
export function changeType(field: CustomField, body: CustomFieldTypeChange): Promise<CustomFieldWork> {
  return refreshed(changeCustomFieldType({ path: { id: field.id }, body, headers: ifMatch(field) }));
}

/** Puts an object's fields in an order. */
export async function saveOrder(object: string, ids: string[]): Promise<void> {
  await refreshed(orderCustomFields({ body: { object, ids } }));
}
