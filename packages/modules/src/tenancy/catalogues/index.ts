import { de } from './de.js';
import { en } from './en.js';

/** A text for every problem code of the API. */
export type Catalogue = Record<keyof typeof en, string>;

const CATALOGUES: Record<string, Catalogue> = { en, de };

/** Languages that have a catalogue. */
export const LOCALES = Object.keys(CATALOGUES);

/** Returns the catalogue of a BCP 47 tag or, if there is none, of its language. */
export function catalogueFor(locale: string): { locale: string; messages: Catalogue } | undefined {
  const language = new Intl.Locale(locale).language;
  const messages = Object.hasOwn(CATALOGUES, language) ? CATALOGUES[language] : undefined;
  return messages && { locale: language, messages };
}
