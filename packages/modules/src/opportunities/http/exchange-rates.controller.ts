import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { ExchangeRatesService } from '../exchange-rates.service.js';
import { ratesBody, ratesQuery, ratesSchema } from './opportunities.schemas.js';

/** Endpoints of exchange rates to the base currency. */
@Controller()
export class ExchangeRatesController {
  constructor(@Inject(ExchangeRatesService) private readonly rates: ExchangeRatesService) {}

  @Endpoint({
    method: 'get',
    path: '/exchange-rates',
    operationId: 'listExchangeRates',
    summary: 'List exchange rates to the base currency, newest first',
    tag: 'Settings',
    access: 'authenticated',
    query: ratesQuery,
    responses: { 200: ratesSchema },
    sample: () => ({}),
  })
  list(@Input() { query }: ParsedInput) {
    return this.rates.list(query.currency);
  }

  @Endpoint({
    method: 'put',
    path: '/exchange-rates',
    operationId: 'putExchangeRates',
    summary: 'Set exchange rates',
    description:
      'Each rate applies from its date until the next one. Opportunities keep the rate they were converted with.',
    tag: 'Settings',
    access: { system: 'manageSettings' },
    // Repeating it sets the same rates again, so it needs no key.
    idempotent: false,
    body: ratesBody,
    responses: { 200: ratesSchema },
    sample: () => ({ body: { rates: [{ currency: 'CHF', date: '2026-01-01', rate: '1.1' }] } }),
  })
  put(@Input() { body }: ParsedInput) {
    return this.rates.put(body.rates);
  }
}
