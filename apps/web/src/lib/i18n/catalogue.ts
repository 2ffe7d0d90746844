/** Namespace of the texts that lead to features: their links, menu entries, tabs and buttons, by name of the feature. */
const ENTRIES = 'entries';

/**
 * In: texts by path of their file. Out: texts by namespace, named after the folder that contains `locales`. Texts of
 * files named `entry.<language>.json` are together in the namespace `entries`.
 */
export function catalogueOf(files: Record<string, object>): Record<string, object> {
  const catalogue: Record<string, object> = {};
  const entries: Record<string, object> = {};
  for (const [path, texts] of Object.entries(files)) {
    const folder = path.split('/').at(-3) ?? path;
    (path.includes('/entry.') ? entries : catalogue)[folder] = texts;
  }
  return { ...catalogue, [ENTRIES]: entries };
}
