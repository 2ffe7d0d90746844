/** Phone numbers in a form that is the same for every notation of a number and that contains every part of it. */
import { normalizeText, type TextMatch, type TextMatchKind } from '@pellucid/conditions';
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { FieldForm } from './field-forms.js';

/**
 * Marks both ends of a number in its form, which contains the number twice. This makes "starts with" and "ends with"
 * possible.
 */
const END = '|';
/** Longer texts are not phone numbers. */
const LONGEST = 100;
const EXTENSION =
  /(?:[,;]? ?(?:ext(?:ension|n)?\.?|x|#)|;| (?:app\.?|durchwahl|dw\.?|poste)) ?[.:=]? ?(\d{1,7})$/;

interface PhoneNumber {
  /** E.164, followed by `x` and the extension if there is one. */
  international: string;
  /** As dialled within its country, digits only. */
  national: string;
}

/** Reads a plain text as a phone number of the country; undefined if it is not one. */
function readPhone(text: string, country: CountryCode | undefined): PhoneNumber | undefined {
  if (text.length > LONGEST || !/\d/.test(text)) return undefined;
  const parse = (given: string) =>
    parsePhoneNumberFromString(given, { defaultCountry: country, extract: false });
  let parsed = parse(text);
  // Most of the world dials 00 for international calls, and people write it in any country.
  if (!parsed?.isPossible() && /^\(?00/.test(text)) parsed = parse(text.replace(/^\(?00/, '+'));
  if (!parsed?.isPossible()) return undefined;
  const ext = parsed.ext ? `x${parsed.ext}` : '';
  const national = parsed.format('NATIONAL', { formatExtension: (formatted) => formatted });
  return { international: parsed.number + ext, national: national.replace(/\D/g, '') + ext };
}

/** Splits a plain text into the number and its extension. */
function partsOf(plain: string): { number: string; extension: string } {
  const found = plain.length <= LONGEST ? EXTENSION.exec(plain) : null;
  return found
    ? { number: plain.slice(0, found.index), extension: `x${found[1]}` }
    : { number: plain, extension: '' };
}

/**
 * Returns the digits of a part of a number, with a leading `+` if it begins with a country code, and `x` before an
 * extension.
 */
function compact(plain: string): string {
  const { number, extension } = partsOf(plain);
  const abroad = /^[ (]*(\+|00)/.exec(number);
  // The (0) in "+49 (0)30 …" is dialled only within the country.
  const rest = abroad ? number.slice(abroad[0].length).replace(/\( ?0 ?\)/, '') : number;
  return (abroad ? '+' : '') + rest.replace(/\D/g, '') + extension;
}

/** Returns the text in the form from which numbers are read. */
const plainOf = (text: string) => normalizeText(text).replace(/^tel: ?/, '');

/** Whether a text looks like a phone number or a part of one: digits and the characters used between them. */
export function looksLikePhone(text: string): boolean {
  const { number, extension } = partsOf(plainOf(text));
  return /^[+\d ().,/·-]*$/.test(number) && /\d/.test(number + extension);
}

const forms = new Map<string, FieldForm>();

/**
 * Returns the form of a company's phone numbers. A valid number is stored as `|+4930123456x12|030123456x12|`; any other
 * text is stored in its normal form with its digits.
 * @param country ISO 3166-1 alpha-2: the country of numbers without a country code
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
    if (/\d/.test(digits)) return `${looksLikePhone(plain) ? '' : plain}${END}${digits}${END}`;
    // A lone 00 is searched for as the + that it stands for.
    return digits && /\d/.test(plain) ? `${plain}${END}${digits}${END}` : plain;
  }
  function match(how: TextMatchKind, text: string): TextMatch {
    const plain = plainOf(text);
    const phone = readPhone(plain, country);
    const isPart = looksLikePhone(plain);
    if (!phone && !isPart) return { how, needle: plain };
    let needle = isPart ? compact(plain) : '';
    // A complete number whose digits alone do not match: with another international prefix, or written in letters.
    if (phone && (!isPart || !`${phone.international}${END}${phone.national}`.includes(needle)))
      needle = phone.international;
    if (how === 'contains') return { how, needle };
    return { how: 'contains', needle: how === 'startswith' ? END + needle : needle + END };
  }
  return { norm, match, search: norm };
}

/**
 * Returns the country of a language tag, or the most likely one if it names none.
 * @returns undefined for a private tag
 */
export function countryOf(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale).maximize().region;
  } catch {
    return undefined;
  }
}
