import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Exchange, type HttpExchange, Input, type ParsedInput } from '@pellucid/platform/http';

import { FieldProtectionService } from '../protection/field-protection.service.js';
import { TokenVault } from '../tokens/token-vault.js';
import { detokeniseBody, detokeniseSchema, protectionSchema } from './field-security.schemas.js';

const access = { system: 'manageFields' };
const tag = 'Masking';

/** Endpoints of fields that are encrypted or tokenised, and of their keys. */
@Controller()
export class FieldEncryptionController {
  constructor(
    @Inject(FieldProtectionService) private readonly protection: FieldProtectionService,
    @Inject(TokenVault) private readonly vault: TokenVault,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/field-encryption',
    operationId: 'getFieldEncryption',
    summary: 'List encrypted and tokenised fields with progress and keys',
    tag,
    access,
    responses: { 200: protectionSchema },
  })
  async state() {
    const { keys, fields } = await this.protection.state();
    return {
      keys,
      data: fields.map(({ generation: _, ...field }) => ({
        ...field,
        missingKeyIds: field.keyIds.filter((id) => !keys.configured.includes(id)),
      })),
    };
  }

  @Endpoint({
    method: 'post',
    path: '/field-encryption/rotate',
    operationId: 'rotateFieldKeys',
    summary: 'Re-encrypt values with the active key',
    description: 'Runs in the background. `GET /field-encryption` shows the progress.',
    tag,
    access,
    status: 202,
    responses: { 202: protectionSchema },
  })
  async rotate(@Exchange() exchange: HttpExchange) {
    await this.protection.rotate(exchange.idempotency);
    return this.state();
  }

  @Endpoint({
    method: 'post',
    path: '/masking/detokenise',
    operationId: 'detokenise',
    summary: 'Resolve a token, with a reason',
    description: 'The caller and the reason are recorded in the audit log.',
    tag,
    access: { system: 'detokenise' },
    body: detokeniseBody,
    responses: { 200: detokeniseSchema },
    idempotent: false, // changes nothing, and every look-up is recorded
    sample: () => ({ body: { token: 'tok_sample', reason: 'Sample reason' } }),
  })
  detokenise(@Input() { body }: ParsedInput) {
    return this.vault.open(body.token, body.reason);
  }
}
