export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Storage key of the user's choice. */
export const LANGUAGE_KEY = 'pellucid-language';

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.includes(value as Language);
}

/** The user's choice, else the browser's language, else English. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(LANGUAGE_KEY);
  if (isLanguage(chosen)) return chosen;
  for (const tag of navigator.languages) {
    const base = tag.slice(0, 2);
    if (isLanguage(base)) return base;
  }
  return 'en';
}
