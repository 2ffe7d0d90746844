/** Phone numbers in a form in which every notation of a number is the same, and any part of it is found. */
import { normalizeText, type TextMatch, type TextMatchKind } from '@pellucid/conditions';
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { FieldForm } from './field-forms.js';

/** Ends of a number in its form: they let "starts with" and "ends with" be asked of a form that holds it twice. */
const END = '|';
/** Longer texts are no phone numbers. */
const LONGEST = 100;
const EXTENSION =
  /(?:[,;]? ?(?:ext(?:ension|n)?\.?|x|#)|;| (?:app\.?|durchwahl|dw\.?|poste)) ?[.:=]? ?(\d{1,7})$/;

interface PhoneNumber {
  /** E.164, with `x` and the extension. */
  international: string;
  /** As it is dialled within its country, digits only. */
  national: string;
}

/** What a plain text means as a phone number of the country; undefined where it is none. */
function readPhone(text: string, country: CountryCode | undefined): PhoneNumber | undefined {
  if (text.length > LONGEST || !/\d/.test(text)) return undefined;
  const parse = (given: string) =>
    parsePhoneNumberFromString(given, { defaultCountry: country, extract: false });
  let parsed = parse(text);
  // Most of the world dials 00 for abroad, and people write it wherever they are.
  if (!parsed?.isPossible() && /^\(?00/.test(text)) parsed = parse(text.replace(/^\(?00/, '+'));
  if (!parsed?.isPossible()) return undefined;
  const ext = parsed.ext ? `x${parsed.ext}` : '';
  const national = parsed.format('NATIONAL', { formatExtension: (formatted) => formatted });
  return { international: parsed.number + ext, national: national.replace(/\D/g, '') + ext };
}

/** The number in a plain text, without its extension, and that. */
function partsOf(plain: string): { number: string; extension: string } {
  const found = plain.length <= LONGEST ? EXTENSION.exec(plain) : null;
  return found
    ? { number: plain.slice(0, found.index), extension: `x${found[1]}` }
    : { number: plain, extension: '' };
}

/** Digits of a part of a number, with a leading `+` where it begins with a country code, and `x` before an extension. */
function compact(plain: string): string {
  const { number, extension } = partsOf(plain);
  const abroad = /^[ (]*(\+|00)/.exec(number);
  // The (0) of "+49 (0)30 …" is dialled within the country only.
  const rest = abroad ? number.slice(abroad[0].length).replace(/\( ?0 ?\)/, '') : number;
  return (abroad ? '+' : '') + rest.replace(/\D/g, '') + extension;
}

/** The text as numbers are read from it. */
const plainOf = (text: string) => normalizeText(text).replace(/^tel: ?/, '');

/** Whether a text is written like a phone number or a part of one: digits and what stands between them. */
export function looksLikePhone(text: string): boolean {
  const { number, extension } = partsOf(plainOf(text));
  return /^[+\d ().,/·-]*$/.test(number) && /\d/.test(number + extension);
}

const forms = new Map<string, FieldForm>();

/**
 * The form of phone numbers of a company. A number that can be read is kept as `|+4930123456x12|030123456x12|`, another text
 * in its normal form with its digits.
 * @param country ISO 3166-1 alpha-2: where numbers without a country code belong
 */
export function phoneForm(country?: string): FieldForm {
  const key = country !== undefined && isSupportedCountry(country) ? country : '';
  let form = forms.get(key);
  if (!form) {
    form = makeForm(key === '' ? undefined : (key as CountryCode));
    forms.set(key, form);
  }
  return form;
}

function makeForm(country: CountryCode | undefined): FieldForm {
  function norm(text: string): string {
    const plain = plainOf(text);
    const phone = readPhone(plain, country);
    if (phone) return `${END}${phone.international}${END}${phone.national}${END}`;
    const digits = compact(plain);
    if (!/\d/.test(digits)) return plain;
    return `${looksLikePhone(plain) ? '' : plain}${END}${digits}${END}`;
  }
  function match(how: TextMatchKind, text: string): TextMatch {
    const plain = plainOf(text);
    const phone = readPhone(plain, country);
    const isPart = looksLikePhone(plain);
    if (!phone && !isPart) return { how, needle: plain };
    let needle = isPart ? compact(plain) : '';
    // A whole number of which the digits say too little: behind another code for abroad, or written in letters.
    if (phone && (!isPart || !`${phone.international}${END}${phone.national}`.includes(needle)))
      needle = phone.international;
    if (how === 'contains') return { how, needle };
    return { how: 'contains', needle: how === 'startswith' ? END + needle : needle + END };
  }
  return { norm, match, search: norm };
}

/** The country that a language tag belongs to, the likeliest one where it names none. @returns undefined for a private tag */
export function countryOf(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale).maximize().region;
  } catch {
    return undefined;
  }
}
