import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
} from '@pellucid/platform/http';

import { undoPreview } from '@pellucid/modules/undo';
import { ImportsService } from '../imports.service.js';
import { ImportRollbackService } from '../rollback/import-rollback.service.js';
import { answer } from './import-answer.js';
import { importSchema } from './imports.schemas.js';

const one = {
  tag: 'Imports',
  access: { system: 'manageImports' },
  params: idParams,
  sample: (world: Record<string, string>) => ({ params: { id: world['import']! } }),
};

/** Endpoints to roll imports back. */
@Controller()
export class ImportRollbackController {
  constructor(
    @Inject(ImportRollbackService) private readonly rollbacks: ImportRollbackService,
    @Inject(ImportsService) private readonly imports: ImportsService,
  ) {}

  @Endpoint({
    ...one,
    method: 'post',
    path: '/imports/{id}/rollback/preview',
    summary: 'Preview what rolling an import back would change',
    operationId: 'previewImportRollback',
    reads: true,
    idempotent: false, // it changes nothing
    responses: { 200: undoPreview },
  })
  preview(@Input() { params }: ParsedInput) {
    return this.rollbacks.preview(params.id);
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/imports/{id}/rollback',
    summary: 'Roll an import back',
    description:
      'Deletes the records that the import created and sets back what it changed, as a job: the import is `rolling_back`, then `rolled_back`. What others have changed since stays, and is among the failures of the bulk job that `rollback` names. Possible for 30 days after the end of the import.',
    operationId: 'rollBackImport',
    status: 202,
    responses: { 202: importSchema },
  })
  async start(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const run = await this.imports.shown(await this.rollbacks.start(params.id, exchange.idempotency));
    return answer(run, this.imports.isOwn(run));
  }
}
