/** Texts of the first load, by path of their file. This file imports nothing, so that it loads in parallel with the app. */
export const files = import.meta.glob<object>(
  [
    '../../{app,records}/locales/de.json',
    '../../features/home/locales/de.json',
    '../../features/*/locales/entry.de.json',
  ],
  { eager: true, import: 'default' },
);
