/** Columns a file may have. */
export const MAX_COLUMNS = 2000;

/**
 * Names of the columns from the header line: blanks around them go, an empty one becomes `Column 3`, a second `Name` becomes
 * `Name (2)`. Options of an import use these names, as keys of JSON objects: a column called `__proto__`, which is no key there,
 * is numbered like a second one.
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
