/** A reference to a record of any object. */
export interface RecordLink {
  object: string;
  id: string;
  /** Value of the option that says what the record is to the one that has the link, in fields whose links have roles. */
  role?: string;
}

const OBJECT = /^[a-z][A-Za-z0-9_]*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_LENGTH = 36;

/**
 * Returns the link as one text, `account/0190…` or `account/0190…/Decision maker`: the form in which links are stored, compared
 * and logged.
 */
export function linkKey({ object, id, role }: RecordLink): string {
  return role === undefined ? `${object}/${id}` : `${object}/${id}/${role}`;
}

/** Returns the link of a key. @param key made by {@link linkKey} or accepted by {@link readLinkKey} */
export function linkOf(key: string): RecordLink {
  const at = key.indexOf('/') + 1;
  const object = key.slice(0, at - 1);
  const end = key.indexOf('/', at);
  return end < 0
    ? { object, id: key.slice(at) }
    : { object, id: key.slice(at, end), role: key.slice(end + 1) };
}

/** Returns the key of a link without its role: the key of the record that it leads to. */
export function targetKey(key: string): string {
  const end = key.indexOf('/', key.indexOf('/') + 1);
  return end < 0 ? key : key.slice(0, end);
}

/** Returns the key that compares with every link that has the role, whichever record it leads to. */
export const roleKey = (role: string): string => linkKey({ object: '', id: '', role });

/**
 * Reads a link as people write it: `{object, id}`, perhaps with its role and with the name that answers contain, or its key.
 * @returns its key, with the id in lower case; undefined for anything else
 */
export function readLinkKey(value: unknown): string | undefined {
  const given = typeof value === 'string' ? linkOf(value) : value;
  if (typeof given !== 'object' || given === null) return undefined;
  const { object, id, role } = given as Partial<Record<keyof RecordLink, unknown>>;
  if (typeof object !== 'string' || typeof id !== 'string' || !OBJECT.test(object)) return undefined;
  const lower = id.toLowerCase();
  if (lower.length !== UUID_LENGTH || !UUID.test(lower)) return undefined;
  if (role === undefined || role === null || role === '') return linkKey({ object, id: lower });
  return typeof role === 'string' ? linkKey({ object, id: lower, role }) : undefined;
}

/**
 * Reads what links are compared with: a link, or only a role as `{role}`.
 * @returns its key; undefined for anything else
 */
export function readLinkTest(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null && !('object' in value) && !('id' in value)) {
    const { role } = value as { role?: unknown };
    return typeof role === 'string' && role !== '' ? roleKey(role) : undefined;
  }
  return readLinkKey(value);
}

/**
 * Returns a test for links: whether one leads to one of the records. What is said of roles counts too.
 * @param wanted keys: of records, of records in a role, and of roles
 */
export function linkTest(wanted: readonly string[]): (link: unknown) => boolean {
  const keys = new Set(wanted);
  return (link) => {
    const key = readLinkKey(link);
    if (key === undefined) return false;
    if (keys.has(key)) return true;
    const { role } = linkOf(key);
    return role !== undefined && (keys.has(targetKey(key)) || keys.has(roleKey(role)));
  };
}
