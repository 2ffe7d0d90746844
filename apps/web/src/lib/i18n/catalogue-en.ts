/** Texts by path of their file. This file imports nothing, so that it loads in parallel with the app. */
export const files = import.meta.glob<object>(
  ['../../{app,records}/locales/en.json', '../../features/*/locales/en.json'],
  { eager: true, import: 'default' },
);
