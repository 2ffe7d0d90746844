/** In: texts by path of their file. Out: texts by namespace, named after the folder that contains `locales`. */
export function catalogueOf(files: Record<string, object>): Record<string, object> {
  const entries = Object.entries(files).map(([path, texts]) => [path.split('/').at(-3) ?? path, texts]);
  return Object.fromEntries(entries) as Record<string, object>;
}
