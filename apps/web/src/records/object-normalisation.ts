import type { FieldDescription, ObjectDescription } from './object-description';

/** Column that shows people's first and last names together. */
export const PERSON_NAME = '$name';

/** What `GET /objects` answers. The app's own form adds the fields that every record has but none describes. */
export type DescribedObject = Omit<ObjectDescription, 'nameField'> & { nameField?: string };

/** Labels of the fields that the app adds. */
export interface AddedLabels {
  name: string;
  system: string;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
}

function systemFields(labels: AddedLabels): FieldDescription[] {
  const common = { required: false, readOnly: true, section: labels.system, isSystem: true };
  const time = { ...common, type: 'datetime' as const, filterable: true, sortable: true };
  const author = { ...common, type: 'reference' as const, filterable: false };
  return [
    { ...time, key: 'createdAt', label: labels.createdAt },
    { ...author, key: 'createdBy', label: labels.createdBy },
    { ...time, key: 'updatedAt', label: labels.updatedAt },
    { ...author, key: 'updatedBy', label: labels.updatedBy },
  ];
}

/**
 * In: an object as the API describes it. Out: the object with the field that names its records (for people, an added
 * column joins two fields) and with the times and authors that every record has.
 */
export function normaliseObject(object: DescribedObject, labels: AddedLabels): ObjectDescription {
  const find = (key: string) => object.fields.find((field) => field.key === key);
  const has = (key: string) => find(key) !== undefined;
  // For people, and for records whose name is withheld, the remaining fields form the name.
  const isNameless = !object.nameField && !has('name');
  const personName: FieldDescription = {
    key: PERSON_NAME,
    label: labels.name,
    type: 'text',
    required: false,
    readOnly: true,
    filterable: false,
    sortable: ['lastName', 'firstName'].every((key) => find(key)?.sortable),
    isAdded: true,
  };
  const fields = isNameless
    ? object.fields.map((field) =>
        /^(first|last)Name$/.test(field.key) ? { ...field, defaultColumn: false } : field,
      )
    : object.fields;
  return {
    ...object,
    nameField: object.nameField ?? (isNameless ? PERSON_NAME : 'name'),
    fields: [
      ...(isNameless ? [personName] : []),
      ...fields,
      ...systemFields(labels).filter((field) => !has(field.key)),
    ],
  };
}

/** In: a typed name. Out: the initial values of a new record of the object. */
export function valuesFromName(object: ObjectDescription, text: string): Record<string, unknown> {
  const name = text.trim();
  if (!name) return {};
  if (object.nameField !== PERSON_NAME) return { [object.nameField]: name };
  const words = name.split(/\s+/);
  const lastName = words.pop();
  return { lastName, ...(words.length && { firstName: words.join(' ') }) };
}
