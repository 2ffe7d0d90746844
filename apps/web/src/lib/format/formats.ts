import { createContext, useContext } from 'react';

/** How this company writes numbers and dates. */
export interface FormatSettings {
  locale: string;
  /** IANA zone. */
  zone: string;
  baseCurrency: string;
}

/** A decimal string as a number where only its size matters (bars, sorting). Not for sums. */
export function approximate(amount: string): number {
  return Number(amount);
}

/** Decimals that Intl shows at most; no field has as many. */
const MOST_DECIMALS = 20;

/** Intl reads a decimal string exactly (ES2023), but TypeScript requires it to be typed as numeric. */
type NumericText = `${number}`;

/** Formatters for a company's settings. They take values in the API's form and return text. */
export function createFormats({ locale, zone, baseCurrency }: FormatSettings) {
  const money = new Map<string, Intl.NumberFormat>();
  const moneyFormat = (currency: string, isCompact: boolean) => {
    const key = `${currency}/${isCompact}`;
    let format = money.get(key);
    if (!format) {
      const compact: Intl.NumberFormatOptions = isCompact
        ? { notation: 'compact', maximumFractionDigits: 1 }
        : { trailingZeroDisplay: 'stripIfInteger' };
      // "$" is unambiguous in a company that uses dollars. Otherwise the symbol must say which dollar.
      const currencyDisplay = currency === baseCurrency ? 'narrowSymbol' : 'symbol';
      format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay, ...compact });
      money.set(key, format);
    }
    return format;
  };
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: MOST_DECIMALS });
  /** Formats an amount. An unknown code must not crash the page: the bare number and the code are shown. */
  const inMoney = (
    amount: string,
    currency: string | null | undefined,
    formatOf: (code: string) => Intl.NumberFormat,
  ) => {
    const code = currency || baseCurrency;
    try {
      return formatOf(code).format(amount as NumericText);
    } catch {
      return `${number.format(amount as NumericText)} ${code}`;
    }
  };
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: MOST_DECIMALS });
  const editable = [true, false].map((useGrouping) => {
    const byDecimals = new Map<number, Intl.NumberFormat>();
    return (decimals: number) => {
      let format = byDecimals.get(decimals);
      if (!format) {
        format = new Intl.NumberFormat(locale, { useGrouping, minimumFractionDigits: decimals });
        byDecimals.set(decimals, format);
      }
      return format;
    };
  });
  const dateToEdit = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'UTC',
  });
  // A date has no zone: "2026-03-01" is that day everywhere.
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const dateTime = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: zone,
  });
  const instantDay = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

  return {
    locale,
    zone,
    baseCurrency,
    number: (value: number | string) => number.format(value as NumericText),
    /** In: 25 for 25%. The exponent divides by 100 exactly. */
    percent: (value: number | string) => percent.format(`${value}e-2` as NumericText),
    /** In: decimal string and ISO 4217 code; without a code, the base currency. */
    money: (amount: string, currency?: string | null) =>
      inMoney(amount, currency, (code) => moneyFormat(code, false)),
    /** With all decimals of the currency, as it will be stored: "$1,500.00". */
    moneyExact: (amount: string, currency: string) =>
      inMoney(
        amount,
        currency,
        (code) => new Intl.NumberFormat(locale, { style: 'currency', currency: code }),
      ),
    /** In: decimal text. Out: the same number in the locale's notation, for editing. */
    editableNumber: (value: string, isUngrouped = false) => {
      const decimals = Math.min(value.split('.')[1]?.length ?? 0, MOST_DECIMALS);
      return editable[isUngrouped ? 1 : 0]!(decimals).format(value as NumericText);
    },
    /** "€1.2M", for totals whose exact figure is in a tooltip. */
    moneyShort: (amount: string, currency?: string | null) =>
      inMoney(amount, currency, (code) => moneyFormat(code, true)),
    /** In: "2026-03-01". */
    date: (day: string) => date.format(new Date(`${day.slice(0, 10)}T00:00:00Z`)),
    /** In: "2026-03-01". Out: the date in digits, in the locale's order, for editing. */
    editableDate: (day: string) => dateToEdit.format(new Date(`${day.slice(0, 10)}T00:00:00Z`)),
    /** In: an ISO instant. Out: date and time in the company's zone. */
    dateTime: (instant: string) => dateTime.format(new Date(instant)),
    instantDay: (instant: string) => instantDay.format(new Date(instant)),
    /** "3 hours ago"; after a month, the date. */
    ago: (instant: string, now = Date.now()) => {
      const seconds = (new Date(instant).getTime() - now) / 1000;
      const size = Math.abs(seconds);
      if (size < 60) return relative.format(Math.round(seconds), 'second');
      if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
      if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
      if (size < 30 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day');
      return instantDay.format(new Date(instant));
    },
    /** Today in the company's zone, "2026-03-01". */
    today: (now = new Date()) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(now),
  };
}

export type Formats = ReturnType<typeof createFormats>;

export const FormatsContext = createContext<Formats>(
  createFormats({ locale: 'en', zone: 'UTC', baseCurrency: 'USD' }),
);

/** The formatters of the current company. */
export function useFormats(): Formats {
  return useContext(FormatsContext);
}
