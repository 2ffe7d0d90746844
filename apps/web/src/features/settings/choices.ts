/** Locales offered; the one in force is always among them. */
export const LOCALES = [
  'en-US',
  'en-GB',
  'en-AU',
  'en-CA',
  'en-IN',
  'de-DE',
  'de-AT',
  'de-CH',
  'fr-FR',
  'es-ES',
  'it-IT',
  'nl-NL',
  'pt-BR',
  'pl-PL',
  'sv-SE',
  'ja-JP',
];

export interface Choice {
  value: string;
  label: string;
}

/** "de-CH" → "German (Switzerland)", in the reader's language. */
export function localeChoices(language: string, current: string): Choice[] {
  const names = new Intl.DisplayNames(language, { type: 'language', languageDisplay: 'standard' });
  return [...new Set([...LOCALES, current])]
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((a, b) => a.label.localeCompare(b.label, language));
}

/** Minutes a zone is ahead of UTC now, as "UTC+05:30". */
export function offsetLabel(zone: string, now: Date): string {
  const part = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(now)
    .find(({ type }) => type === 'timeZoneName');
  return (part?.value ?? 'GMT').replace('GMT', 'UTC');
}

export function zoneChoices(current: string, now: Date): Choice[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), current])].map((value) => ({
    value,
    label: `${value.replaceAll('_', ' ')} (${offsetLabel(value, now)})`,
  }));
}

/** Days of the week by number, 0 is Sunday, Monday first. */
export function weekdayChoices(language: string): Choice[] {
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  // 1970-01-04 was a Sunday.
  return [1, 2, 3, 4, 5, 6, 0].map((day) => ({
    value: String(day),
    label: format.format(new Date(Date.UTC(1970, 0, 4 + day))),
  }));
}

export function monthChoices(language: string): Choice[] {
  const format = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => ({
    value: String(month + 1),
    label: format.format(new Date(Date.UTC(1970, month, 1))),
  }));
}

/** "Chrome on Windows" out of a user agent; the text itself where nothing is recognised. */
export function deviceName(userAgent: string): { browser: string; system: string } | undefined {
  const browser = [
    ['Edg/', 'Edge'],
    ['OPR/', 'Opera'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ].find(([mark]) => userAgent.includes(mark as string))?.[1];
  const system = [
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Android', 'Android'],
    ['Windows', 'Windows'],
    ['Mac OS X', 'macOS'],
    ['Linux', 'Linux'],
  ].find(([mark]) => userAgent.includes(mark as string))?.[1];
  return browser && system ? { browser, system } : undefined;
}

/** The list with one item moved to another place. */
export function moved<T>(items: T[], from: number, to: number): T[] {
  const item = items[from];
  if (item === undefined) return items;
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}
