import {
  changeCustomField,
  createCustomField,
  type CustomField,
  type CustomFieldChange,
  type CustomFieldCreate,
  deleteCustomField,
  listCustomFields,
  orderCustomFields,
  restoreCustomField,
} from '@pellucid/api-client';
import { FIELD_TYPES, type FieldType } from '@pellucid/conditions';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { objectsQuery } from '@/records/api/describe-objects';

export type { CustomField, CustomFieldChange, CustomFieldCreate };

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

/** Most fields that a company can add to an object. */
export const MOST_FIELDS = 200;

const all = ['custom-fields'] as const;

/** Fields that the company added to an object, in their order. */
export function customFieldsQuery(object: string) {
  return queryOptions({
    queryKey: [...all, object, 'present'],
    queryFn: async ({ signal }): Promise<CustomField[]> =>
      (await listCustomFields({ query: { object }, signal })).data,
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

export async function removeField(field: CustomField): Promise<void> {
  await refreshed(deleteCustomField({ path: { id: field.id }, headers: ifMatch(field) }));
}

export function restoreField(field: CustomField): Promise<CustomField> {
  return refreshed(restoreCustomField({ path: { id: field.id } }));
}

/** Puts an object's fields in an order. */
export async function saveOrder(object: string, ids: string[]): Promise<void> {
  await refreshed(orderCustomFields({ body: { object, ids } }));
}
