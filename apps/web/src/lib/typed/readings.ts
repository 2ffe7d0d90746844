import { compare } from '@pellucid/conditions/decimal';
import { currencyDigits, readTypedDate, readTypedNumber } from '@pellucid/conditions/locale-text';
import type { TFunction } from 'i18next';
import type { Formats } from '@/lib/format/formats';
import type { UnreadText } from './unread-text';

/** Result of reading a typed text: a value, several values to choose from, or a message that says what is wrong. */
export type TypedReading = { value: string } | { ambiguous: string[] } | { message: string };

/** The numbers that an input accepts. */
export interface NumberLimits {
  /** Maximum number of decimals. An amount has those of its currency. */
  decimals?: number | undefined;
  /** ISO 4217 code, for amounts. */
  currency?: string | undefined;
  min?: number | undefined;
  max?: number | undefined;
  isPercent?: boolean | undefined;
}

/** Maximum number of decimals that can be stored. */
export const decimalsOf = ({ currency, decimals }: NumberLimits) => {
  const digits = currency === undefined ? undefined : currencyDigits(currency);
  return digits === undefined ? decimals : Math.min(digits, decimals ?? digits);
};

const isBelow = (value: string, min: number | undefined) =>
  min !== undefined && compare(value, String(min)) < 0;

/** Whether an input holds a number above zero: not if it is empty, or its text can't be read yet. */
export const isPositive = (typed: string | UnreadText): typed is string =>
  typeof typed === 'string' && typed !== '' && compare(typed, '0') > 0;

/** Reads a typed number in the company's locale. The message says what could not be read. */
export function readNumber(
  text: string,
  limits: NumberLimits,
  formats: Formats,
  t: TFunction<'app'>,
): TypedReading {
  const { currency, min, max, isPercent } = limits;
  const decimals = decimalsOf(limits);
  const reading = readTypedNumber(text, {
    locale: formats.locale,
    ...(decimals !== undefined && { decimals }),
    ...(currency !== undefined && { currency }),
    ...(isPercent && { isPercent }),
  });
  if ('reason' in reading) {
    switch (reading.reason) {
      case 'tooManyDecimals':
        return { message: decimals ? t('typed.decimals', { count: decimals }) : t('typed.whole') };
      case 'otherCurrency':
        return { message: t('typed.otherCurrency', { mark: reading.currency?.mark, currency }) };
      default:
        return { message: t('typed.notANumber', { example: formats.number('1234.5') }) };
    }
  }
  const values = 'value' in reading ? [reading.value] : reading.ambiguous;
  const allowed = values.filter(
    (value) => !(isBelow(value, min) || (max !== undefined && compare(value, String(max)) > 0)),
  );
  if (allowed.length === 0) {
    return isBelow(values[0]!, min)
      ? { message: t('typed.tooSmall', { min: formats.number(min ?? 0) }) }
      : { message: t('typed.tooLarge', { max: formats.number(max ?? 0) }) };
  }
  return 'value' in reading ? { value: reading.value } : { ambiguous: allowed };
}

/** Reads a typed date in the company's locale. The message says what could not be read. */
export function readDate(text: string, formats: Formats, t: TFunction<'app'>): TypedReading {
  const today = formats.today();
  const reading = readTypedDate(text, { locale: formats.locale, today });
  if (!('reason' in reading)) return reading;
  const example = formats.editableDate(today);
  return { message: t(`typed.dates.${reading.reason}`, { text: text.trim(), example }) };
}
