const NAMED = /\(([A-Za-z]\w*\/[\dA-Fa-f-]{36}(?:\/.*)?)\)$/s;

/**
 * Returns how a link is written for people: the record's name, and the key in brackets, which says what the name can't: the
 * object, and which of several records. Lists are parted at semicolons, so the name has none.
 */
export function namedLink(name: string, key: string): string {
  return `${name.replace(/[;\r\n]+/g, ',').trim()} (${key})`.trimStart();
}

/** Returns the key in a text that {@link namedLink} wrote; any other text as it is. */
export function keyInLink(text: string): string {
  return NAMED.exec(text)?.[1] ?? text;
}
