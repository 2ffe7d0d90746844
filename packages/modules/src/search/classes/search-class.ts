/**
 * A visibility class of an object: a set of fields that some people see in clear in every record. The index has one document
 * per record and class, and a search reads exactly one document of a record. What somebody may not see is in no document
 * that their search reads, so it has no part in matches, order and counts.
 */
export interface SearchClass {
  object: string;
  class: number;
  /** Keys of its fields, sorted. */
  fields: string[];
  /**
   * Whether it has what only those may find who see other records: names of references, and values that are derived from
   * other records. It is then used only for records of which the searcher sees all of that.
   */
  told: boolean;
  /** How its documents are made: see `searchForm`. */
  form: string;
  /** Whether every record has its document. Until then, nobody searches it. */
  isReady: boolean;
}

/** The content of a class, without its number. */
export type ClassContent = Pick<SearchClass, 'fields' | 'told'>;

/** Returns a text that is the same for equal contents. */
export const contentKey = ({ fields, told }: ClassContent): string => `${told}:${fields.join()}`;

/** Maximum number of classes of an object. Beyond it, people search fewer fields than they see. */
export const MOST_CLASSES = 30;

/**
 * Returns the classes to keep for an object: the needed ones or, if they are too many, those with the most fields and the
 * fields that all of them share.
 */
export function keptClasses(needed: ClassContent[]): ClassContent[] {
  const distinct = [
    ...new Map(needed.filter(({ fields }) => fields.length).map((c) => [contentKey(c), c])).values(),
  ].sort((a, b) => b.fields.length - a.fields.length || (contentKey(a) < contentKey(b) ? -1 : 1));
  if (distinct.length <= MOST_CLASSES) return distinct;
  const shared = distinct.reduce(
    (fields, each) => fields.filter((key) => each.fields.includes(key)),
    distinct[0]!.fields,
  );
  return [...distinct.slice(0, MOST_CLASSES - 1), { fields: shared, told: false }];
}

/** Returns the class with the most fields among those that have only the given ones; undefined if there is none. */
export function widestWithin(
  classes: readonly SearchClass[],
  fields: ReadonlySet<string>,
  told: boolean,
): SearchClass | undefined {
  return classes
    .filter((each) => each.isReady && each.told === told && each.fields.every((key) => fields.has(key)))
    .sort((a, b) => b.fields.length - a.fields.length || a.class - b.class)[0];
}
