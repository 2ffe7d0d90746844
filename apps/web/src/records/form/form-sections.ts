import type { FieldDescription, ObjectDescription } from '../object-description';

export interface FieldSection {
  /** Undefined for fields without a section. */
  title: string | undefined;
  fields: FieldDescription[];
  /** By default 1. */
  columns?: number;
  /** Whether it starts closed. */
  isCollapsed?: boolean;
}

/**
 * Fields by section in the order of the description.
 * @param unnamed the heading of fields without a section: a section that is called so is the same one
 */
export function sectionsOf(
  object: ObjectDescription,
  unnamed: string,
  isShown: (field: FieldDescription) => boolean = () => true,
): FieldSection[] {
  const sections = new Map<string | undefined, FieldDescription[]>();
  for (const field of object.fields) {
    if (!isShown(field)) continue;
    const title = field.section === unnamed ? undefined : field.section;
    sections.set(title, [...(sections.get(title) ?? []), field]);
  }
  return [...sections]
    .map(([title, fields]) => ({ title, fields }))
    .filter(({ fields }) => fields.length > 0);
}

/** Keys of fields that only hold another field's currency. */
export function unitKeys(object: ObjectDescription): Set<string> {
  return new Set([...currencyKeys(object), ...object.fields.flatMap((field) => field.keptIn ?? [])]);
}

/** Keys of fields that hold the currency of a money field. They are drawn beside the amount. */
export function currencyKeys(object: ObjectDescription): Set<string> {
  return new Set(object.fields.flatMap((field) => (field.currencyField ? [field.currencyField] : [])));
}
