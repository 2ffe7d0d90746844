import type { FieldDescription, ObjectDescription } from './object-description';

/** Column that shows first and last name of people as one. */
export const PERSON_NAME = '$name';

/** What `GET /objects` answers; the app's own form adds what every record has and none describes. */
export type DescribedObject = Omit<ObjectDescription, 'nameField'> & { nameField?: string };

/** Labels of the fields this app adds. */
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
 * In: an object as the API describes it. Out: with the field that names its records (people have two: a
 * column of its own joins them) and with the times and authors every record carries.
 */
export function normaliseObject(object: DescribedObject, labels: AddedLabels): ObjectDescription {
  const find = (key: string) => object.fields.find((field) => field.key === key);
  const has = (key: string) => find(key) !== undefined;
  // Of people, and of records whose name is withheld: then what is left names them.
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

/** In: a column's key, "-" before it for descending. Out: what the API sorts by. */
export function toApiSort(sort: string | undefined): string | undefined {
  if (!sort) return undefined;
  const sign = sort.startsWith('-') ? '-' : '';
  return sort.slice(sign.length) === PERSON_NAME ? `${sign}lastName,${sign}firstName` : sort;
}

/** In: a name somebody typed. Out: the values a new record of that object starts with. */
export function valuesFromName(object: ObjectDescription, text: string): Record<string, unknown> {
  const name = text.trim();
  if (!name) return {};
  if (object.nameField !== PERSON_NAME) return { [object.nameField]: name };
  const words = name.split(/\s+/);
  const lastName = words.pop();
  return { lastName, ...(words.length && { firstName: words.join(' ') }) };
}
