import { FIELD_TYPES } from '@pellucid/conditions';
import {
  type FieldDescription,
  fieldOf,
  mayCreate,
  type ObjectDescription,
} from '@/records/object-description';

/** In: an object. Out: the fields of its short form: name, what it can't do without, and its first long text. */
export function quickFields({ fields, nameField, timeline }: ObjectDescription): FieldDescription[] {
  const writable = fields.filter(({ readOnly, key }) => !readOnly && key !== timeline?.about);
  const text = writable.find(({ type }) => FIELD_TYPES[type].isMultiline);
  return writable.filter(
    (field) =>
      field.key === nameField ||
      field === text ||
      (field.required && (field.default ?? null) === null && !field.defaultFrom),
  );
}

/** In: the objects, and the one of a record. Out: those whose records the user can make about it. */
export function loggable(objects: ObjectDescription[], target: ObjectDescription): ObjectDescription[] {
  return objects.filter((object) => {
    const about = object.timeline && fieldOf(object, object.timeline.about);
    return about && !about.readOnly && about.linksTo?.includes(target.key) && mayCreate(object);
  });
}
