/** Locales on offer. The current one is always added. */
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

/** "de-CH" → "German (Switzerland)", in the user's language. */
export function localeChoices(language: string, current: string): Choice[] {
  const names = new Intl.DisplayNames(language, { type: 'language', languageDisplay: 'standard' });
  return [...new Set([...LOCALES, current])]
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((a, b) => a.label.localeCompare(b.label, language));
}

/** Current offset of a zone from UTC, as "UTC+05:30". */
export function offsetLabel(zone: string, now: Date): string {
  const part = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(now)
    .find(({ type }) => type === 'timeZoneName');
  return (part?.value ?? 'GMT').replace('GMT', 'UTC');
}

/** All IANA time zones with their offset at `now`, the current zone included. */
export function zoneChoices(current: string, now: Date): Choice[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), current])].map((value) => ({
    value,
    label: `${value.replaceAll('_', ' ')} (${offsetLabel(value, now)})`,
  }));
}

/** Currencies of the regions of the offered locales and their neighbours. Members of the euro follow below. */
const CURRENCY_OF: Record<string, string> = {
  US: 'USD',
  GB: 'GBP',
  AU: 'AUD',
  CA: 'CAD',
  IN: 'INR',
  CH: 'CHF',
  LI: 'CHF',
  BR: 'BRL',
  PL: 'PLN',
  SE: 'SEK',
  JP: 'JPY',
  NO: 'NOK',
  DK: 'DKK',
  CZ: 'CZK',
  HU: 'HUF',
  RO: 'RON',
  TR: 'TRY',
  UA: 'UAH',
  IL: 'ILS',
  ZA: 'ZAR',
  NZ: 'NZD',
  SG: 'SGD',
  HK: 'HKD',
  CN: 'CNY',
  TW: 'TWD',
  KR: 'KRW',
  MX: 'MXN',
  AR: 'ARS',
  CL: 'CLP',
  CO: 'COP',
  AE: 'AED',
  SA: 'SAR',
  TH: 'THB',
  ID: 'IDR',
  MY: 'MYR',
  PH: 'PHP',
  VN: 'VND',
  NG: 'NGN',
  KE: 'KES',
  EG: 'EGP',
};
const EURO = 'AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ');

/** Formats of a new company, unless it chooses others. */
export interface ProposedFormats {
  zone: string;
  locale: string;
  baseCurrency: string;
}

/**
 * In: the browser's language and time zone. Out: the formats to propose. The region of the language decides format and
 * currency ("de" alone counts as Germany); without a known region the currency is the US dollar.
 */
export function proposedFormats(language: string, zone: string): ProposedFormats {
  let locale = 'en-US';
  let region: string | undefined;
  try {
    const full = new Intl.Locale(language).maximize();
    region = full.region;
    locale = [full.language, full.region].filter(Boolean).join('-');
  } catch {
    // A browser may report an unknown language tag. The defaults then apply.
  }
  const currency = region && EURO.includes(region) ? 'EUR' : CURRENCY_OF[region ?? ''];
  const isZone = Intl.supportedValuesOf('timeZone').includes(zone);
  return { zone: isZone ? zone : 'UTC', locale, baseCurrency: currency ?? 'USD' };
}
