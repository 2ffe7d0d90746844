import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { BaseCurrencyService } from '../base-currency/base-currency.service.js';
import {
  baseCurrencyBody,
  baseCurrencyPreviewSchema,
  baseCurrencyQuery,
  baseCurrencyStateSchema,
} from './base-currency.schemas.js';

/** Endpoints for the base currency of a company that already has amounts. */
@Controller()
export class BaseCurrencyController {
  constructor(@Inject(BaseCurrencyService) private readonly baseCurrency: BaseCurrencyService) {}

  @Endpoint({
    method: 'get',
    path: '/settings/base-currency',
    operationId: 'getBaseCurrency',
    summary: 'Get the base currency, and how far its last change has got',
    tag: 'Settings',
    access: { system: 'manageSettings' },
    responses: { 200: baseCurrencyStateSchema },
    sample: () => ({}),
  })
  state() {
    return this.baseCurrency.state();
  }

  @Endpoint({
    method: 'get',
    path: '/settings/base-currency/preview',
    operationId: 'previewBaseCurrency',
    summary: 'Preview a change of the base currency',
    description: 'Says what would be recalculated, and which exchange rates have to be added first.',
    tag: 'Settings',
    access: { system: 'manageSettings' },
    query: baseCurrencyQuery,
    responses: { 200: baseCurrencyPreviewSchema },
    sample: () => ({ query: { to: 'EUR' } }),
  })
  preview(@Input() { query }: ParsedInput) {
    return this.baseCurrency.preview(query.to);
  }

  @Endpoint({
    method: 'post',
    path: '/settings/base-currency',
    operationId: 'changeBaseCurrency',
    summary: 'Change the base currency and recalculate what is kept in it',
    description:
      'Exchange rates are turned at once; a job recalculates opportunities and accounts. Until it is done, `baseCurrency` of a record says which currency its amounts are in. Answers 409 while an earlier change is recalculated, or an import or bulk job runs, 422 `rateMissing` where a rate has to be added first.',
    tag: 'Settings',
    access: { system: 'manageSettings' },
    // A repeated request asks for the currency that is already set, so nothing happens.
    idempotent: false,
    status: 202,
    body: baseCurrencyBody,
    responses: { 202: baseCurrencyStateSchema },
    sample: () => ({ body: { baseCurrency: 'EUR', confirmed: true } }),
  })
  change(@Input() { body }: ParsedInput) {
    return this.baseCurrency.change(body.baseCurrency);
  }
}
