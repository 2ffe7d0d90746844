import i18next, { type BackendModule } from 'i18next';
import { type ComponentType, lazy } from 'react';
import { initReactI18next } from 'react-i18next';
import { catalogueOf } from './catalogue';
import { LANGUAGE_KEY, type Language, preferredLanguage } from './preferred-language';

/** Texts of the first load, one chunk per language: app, records, home page, and what leads to features. */
const catalogues: Record<Language, () => Promise<{ files: Record<string, object> }>> = {
  en: () => import('./catalogue-en'),
  de: () => import('./catalogue-de'),
};

/** Texts of the other features, one chunk per feature and language. */
const featureTexts = import.meta.glob<object>(
  ['../../features/*/locales/{en,de}.json', '!../../features/home/**'],
  { import: 'default' },
);

const pathOf = (language: string, feature: string) => `../../features/${feature}/locales/${language}.json`;

async function loadFirst(language: Language): Promise<void> {
  const { files } = await catalogues[language]();
  for (const [namespace, texts] of Object.entries(catalogueOf(files)))
    i18next.addResourceBundle(language, namespace, texts);
}

async function loadFeature(language: string, feature: string): Promise<void> {
  const texts = featureTexts[pathOf(language, feature)];
  if (texts && !i18next.hasResourceBundle(language, feature))
    i18next.addResourceBundle(language, feature, await texts());
}

/** Loads the texts of a feature in the current language. Rejects if they can't be fetched. */
export function loadTexts(feature: string): Promise<void> {
  return loadFeature(i18next.language, feature);
}

/**
 * Like React's `lazy`, for a part of a feature that pages outside the feature show: its code and the feature's texts
 * load at the same time.
 */
export function lazyPart<Props>(feature: string, part: () => Promise<{ default: ComponentType<Props> }>) {
  return lazy(async () => {
    const [loaded] = await Promise.all([part(), loadTexts(feature)]);
    return loaded;
  });
}

/** Fetches the texts of a component that was drawn before they were loaded. Until they come, it suspends. */
const missingTexts: BackendModule = {
  type: 'backend',
  init: () => {},
  read: async (language, namespace) => (await featureTexts[pathOf(language, namespace)]?.()) ?? {},
};

/** Loads the texts of the preferred language. Await it before the first render. */
export async function startI18n(): Promise<void> {
  const language = preferredLanguage();
  const first = loadFirst(language);
  await i18next
    .use(initReactI18next)
    .use(missingTexts)
    .init({
      lng: language,
      fallbackLng: language,
      resources: {},
      partialBundledLanguages: true,
      ns: [],
      defaultNS: 'app',
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  await first;
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Loads a language, switches the app to it and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  const shown = Object.keys(i18next.getDataByLanguage(i18next.language) ?? {});
  await Promise.all([loadFirst(language), ...shown.map((feature) => loadFeature(language, feature))]);
  localStorage.setItem(LANGUAGE_KEY, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export { i18next as i18n };
export { LANGUAGES, type Language } from './preferred-language';
