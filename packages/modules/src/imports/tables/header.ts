/** Maximum number of columns. */
export const MAX_COLUMNS = 2000;

/**
 * Derives the names of the columns from the header line: they are trimmed, an empty one becomes `Column 3`, a second
 * `Name` becomes `Name (2)`. Import options use these names as keys of JSON objects. A column named `__proto__`, which
 * cannot be such a key, is numbered like a duplicate.
 */
export function columnNames(header: string[]): string[] {
  const taken = new Set<string>(['__proto__']);
  return header.map((cell, index) => {
    const base = cell.trim() || `Column ${index + 1}`;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base} (${n})`;
    taken.add(name);
    return name;
  });
}
