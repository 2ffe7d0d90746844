import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { conflict, type FieldProblem, pointer, unprocessable } from '@pellucid/platform/errors';
import { canonical, compare } from '@pellucid/platform/money';
import { parseFieldValue } from '@pellucid/platform/records';
import { type ExchangeRate, ExchangeRatesRepository } from './exchange-rates.repository.js';
import { opportunityRecord } from './opportunities.record.js';

/** Maximum number of rates in a list. */
const LIST_LIMIT = 1000;

/** A rate in a request. */
type GivenRate = Omit<ExchangeRate, 'rate'> & { rate: string | number };

/** Reads a rate as opportunities read theirs. */
function readRate(given: string | number): string | FieldProblem {
  const field = opportunityRecord.byKey.get('rate')!;
  const parsed = parseFieldValue(field, given);
  if ('problem' in parsed) return parsed.problem;
  if (parsed.value !== null && compare(parsed.value as string, '0') > 0) return parsed.value as string;
  return { pointer: '', code: 'tooSmall', message: `"${field.label}" must be more than 0.` };
}

/** Exchange rates of the tenant. Deals keep the rate with which they were converted: a new rate changes no deal. */
@Injectable()
export class ExchangeRatesService {
  constructor(
    @Inject(ExchangeRatesRepository) private readonly rates: ExchangeRatesRepository,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /** Returns rates, newest first, at most 1,000. @param currency only those of one currency */
  async list(currency?: string): Promise<{ baseCurrency: string; data: ExchangeRate[] }> {
    const { settings } = await this.access.current();
    const rates = await this.rates.list(currency, LIST_LIMIT);
    return {
      baseCurrency: settings.baseCurrency,
      data: rates.map((r) => ({ ...r, rate: canonical(r.rate) })),
    };
  }

  /** Sets rates; an existing one for the same currency and day is replaced. @throws ProblemError 409, 422 */
  async put(given: GivenRate[]): Promise<{ baseCurrency: string; data: ExchangeRate[] }> {
    const { settings } = await this.access.current();
    const keys = given.map((r) => `${r.currency} on ${r.date}`);
    const rates: ExchangeRate[] = [];
    const errors = given.flatMap((r, i): FieldProblem[] => {
      const rate = readRate(r.rate);
      if (typeof rate !== 'string') return [{ ...rate, pointer: pointer('rates', i, 'rate') }];
      rates.push({ ...r, rate });
      if (r.currency === settings.baseCurrency)
        return [
          {
            pointer: pointer('rates', i, 'currency'),
            code: 'isBaseCurrency',
            message: `${r.currency} is the base currency. Its rate is always 1.`,
          },
        ];
      if (keys.indexOf(keys[i]!) === i) return [];
      return [
        {
          pointer: pointer('rates', i),
          code: 'givenTwice',
          message: `The rate of ${keys[i]} is listed twice.`,
        },
      ];
    });
    if (errors.length) throw unprocessable(errors);
    const other = await this.rates.put(rates, settings.baseCurrency);
    if (other)
      throw conflict(
        'baseCurrencyChanged',
        `The base currency was changed to ${other} at this moment. Check the rates and give them again.`,
      );
    return this.list();
  }
}
