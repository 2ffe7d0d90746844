/** A reference to a record of any object. */
export interface RecordLink {
  object: string;
  id: string;
}

const OBJECT = /^[a-z][A-Za-z0-9_]*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Returns the link as one text, `account/0190…`: the form in which links are stored, compared and logged. */
export function linkKey({ object, id }: RecordLink): string {
  return `${object}/${id}`;
}

/** Returns the link of a key. @param key made by {@link linkKey} or accepted by {@link readLinkKey} */
export function linkOf(key: string): RecordLink {
  const at = key.indexOf('/');
  return { object: key.slice(0, at), id: key.slice(at + 1) };
}

/**
 * Reads a link as people write it: `{object, id}`, perhaps with the name that answers contain, or its key.
 * @returns its key, with the id in lower case; undefined for anything else
 */
export function readLinkKey(value: unknown): string | undefined {
  const given = typeof value === 'string' ? linkOf(value) : value;
  if (typeof given !== 'object' || given === null) return undefined;
  const { object, id } = given as Partial<Record<keyof RecordLink, unknown>>;
  if (typeof object !== 'string' || typeof id !== 'string' || !OBJECT.test(object)) return undefined;
  const lower = id.toLowerCase();
  return UUID.test(lower) ? linkKey({ object, id: lower }) : undefined;
}
