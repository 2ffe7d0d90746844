import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Exchange, type HttpExchange, Input, type ParsedInput } from '@pellucid/platform/http';

import { MaskingPreviewService } from '../rules/masking-preview.service.js';
import { MaskingRulesService } from '../rules/masking-rules.service.js';
import {
  maskedFieldSchema,
  previewBody,
  previewSchema,
  ruleBody,
  ruleParams,
  rulesBody,
  rulesSchema,
} from './field-security.schemas.js';

const access = { system: 'manageFields' };
const tag = 'Masking';
const sampleField = { params: { object: 'contact', field: 'phone' } };

/** Endpoints of the company's masking rules. */
@Controller()
export class MaskingRulesController {
  constructor(
    @Inject(MaskingRulesService) private readonly rules: MaskingRulesService,
    @Inject(MaskingPreviewService) private readonly previews: MaskingPreviewService,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/masking-rules',
    operationId: 'listMaskingRules',
    summary: 'List every field with its class and masking',
    tag,
    access,
    responses: { 200: rulesSchema },
  })
  async list() {
    return { data: await this.rules.list() };
  }

  @Endpoint({
    method: 'put',
    path: '/masking-rules',
    operationId: 'replaceMaskingRules',
    summary: 'Replace all masking rules',
    description: 'Fields not in the list use the standard masking.',
    tag,
    access,
    body: rulesBody,
    responses: { 200: rulesSchema },
    sample: () => ({ body: { rules: [{ object: 'contact', field: 'phone', strategy: 'partial' }] } }),
  })
  async replace(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.rules.replaceAll(body.rules, exchange.idempotency);
    return { data: await this.rules.list() };
  }

  @Endpoint({
    method: 'put',
    path: '/masking-rules/{object}/{field}',
    operationId: 'putMaskingRule',
    summary: 'Set the masking of a field',
    description:
      'Switching to or from `encrypt` rewrites existing values in the background. Both forms can be read while it runs.',
    tag,
    access,
    params: ruleParams,
    body: ruleBody,
    responses: { 200: maskedFieldSchema },
    sample: () => ({ ...sampleField, body: { strategy: 'redact' } }),
  })
  put(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.rules.put({ ...params, ...body }, exchange.idempotency);
  }

  @Endpoint({
    method: 'delete',
    path: '/masking-rules/{object}/{field}',
    operationId: 'deleteMaskingRule',
    summary: 'Reset a field to the standard masking',
    tag,
    access,
    params: ruleParams,
    status: 204,
    responses: { 204: null },
    sample: () => sampleField,
  })
  async remove(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.rules.remove(params.object, params.field, exchange.idempotency);
  }

  @Endpoint({
    method: 'post',
    path: '/masking-rules/preview',
    operationId: 'previewMaskingRules',
    summary: 'Preview unsaved rules on real rows for each role',
    tag,
    access,
    body: previewBody,
    responses: { 200: previewSchema },
    idempotent: false, // only reads
    sample: () => ({ body: { object: 'contact', rules: [{ field: 'email', strategy: 'partial' }] } }),
  })
  preview(@Input() { body }: ParsedInput) {
    return this.previews.preview(body);
  }
}
