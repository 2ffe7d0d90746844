import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { catalogueOf } from './catalogue';
import { LANGUAGE_KEY, type Language, preferredLanguage } from './preferred-language';

/** One chunk per language. The texts of a feature are in its folder and form its namespace. */
const catalogues: Record<Language, () => Promise<{ files: Record<string, object> }>> = {
  en: () => import('./catalogue-en'),
  de: () => import('./catalogue-de'),
};

async function load(language: Language): Promise<void> {
  const { files } = await catalogues[language]();
  for (const [namespace, texts] of Object.entries(catalogueOf(files))) {
    i18next.addResourceBundle(language, namespace, texts, true, true);
  }
}

/** Loads the texts of the preferred language. Await it before the first render. */
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

/** Loads a language, switches the app to it and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(LANGUAGE_KEY, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export { i18next as i18n };
export { LANGUAGES, type Language } from './preferred-language';
