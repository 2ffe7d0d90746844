import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORAGE_KEY = 'pellucid-language';

/** One chunk per language; a feature's texts stand in its own folder and become its namespace. */
const catalogues: Record<Language, () => Promise<{ catalogue: Record<string, object> }>> = {
  en: () => import('./catalogue-en'),
  de: () => import('./catalogue-de'),
};

function isLanguage(value: unknown): value is Language {
  return LANGUAGES.includes(value as Language);
}

/** The person's choice, else the browser's language, else English. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(STORAGE_KEY);
  if (isLanguage(chosen)) return chosen;
  for (const tag of navigator.languages) {
    const base = tag.slice(0, 2);
    if (isLanguage(base)) return base;
  }
  return 'en';
}

async function load(language: Language): Promise<void> {
  const { catalogue } = await catalogues[language]();
  for (const [namespace, texts] of Object.entries(catalogue)) {
    i18next.addResourceBundle(language, namespace, texts, true, true);
  }
}

export async function startI18n(): Promise<void> {
  const language = preferredLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: language,
    resources: {},
    defaultNS: 'app',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(STORAGE_KEY, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export { i18next as i18n };
