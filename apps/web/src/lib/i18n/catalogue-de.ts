/** Texts by path of their file. It imports nothing: it is fetched beside the app, not after it. */
export const files = import.meta.glob<object>(
  ['../../{app,records}/locales/de.json', '../../features/*/locales/de.json'],
  { eager: true, import: 'default' },
);
