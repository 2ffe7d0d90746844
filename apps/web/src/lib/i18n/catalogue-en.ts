/** Texts of the first load, by path of their file. This file imports nothing, so that it loads in parallel with the app. */
export const files = import.meta.glob<object>(
  [
    '../../{app,records}/locales/en.json',
    '../../features/home/locales/en.json',
    '../../features/*/locales/entry.en.json',
  ],
  { eager: true, import: 'default' },
);
