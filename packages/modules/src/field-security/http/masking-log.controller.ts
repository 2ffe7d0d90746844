import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { MaskingLogService } from '../log/masking-log.service.js';
import { logQuery, logSchema } from './field-security.schemas.js';

/** Endpoint of the masking log: who saw which personal fields of which records. */
@Controller()
export class MaskingLogController {
  constructor(@Inject(MaskingLogService) private readonly log: MaskingLogService) {}

  @Endpoint({
    method: 'get',
    path: '/masking-log',
    operationId: 'listMaskingLog',
    summary: 'List who saw which personal fields of which records, masked or unmasked, newest first',
    description: 'One entry per request, object and set of fields, written about a second later.',
    tag: 'Masking',
    access: { system: 'viewAudit' },
    query: logQuery,
    responses: { 200: logSchema },
  })
  list(@Input() { query: { limit, cursor, ...filter } }: ParsedInput) {
    return this.log.list(filter, limit, cursor);
  }
}
