import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Exchange, type HttpExchange, Input, type ParsedInput } from '@pellucid/platform/http';

import { UndoService } from '../undo.service.js';
import { undoBody, undone, undoPreview, undoStarted } from './undo.schemas.js';

const sample = () => ({ body: { correlationId: 'sweep' } });

/** Endpoints to undo what something has caused. */
@Controller()
export class UndoController {
  constructor(@Inject(UndoService) private readonly undos: UndoService) {}

  @Endpoint({
    method: 'post',
    path: '/undo/preview',
    operationId: 'previewUndo',
    summary: 'Preview what undoing would change',
    description:
      'Counts the records that would be restored, deleted and changed, shows some of them, and says what stays as it is because others have changed it since. Everything is limited to what you may see.',
    tag: 'Undo',
    access: 'authenticated',
    reads: true,
    // It changes nothing.
    idempotent: false,
    body: undoBody,
    responses: { 200: undoPreview },
    sample,
  })
  preview(@Input() { body }: ParsedInput) {
    return this.undos.preview(body);
  }

  @Endpoint({
    method: 'post',
    path: '/undo',
    operationId: 'undo',
    summary: 'Undo what a request, a job or somebody did',
    description:
      'A field is set back only where it still holds what was written, a new record is deleted only if others have neither changed nor linked it, and deleted records come back with what was deleted along. You need the rights to make each of these changes. What others did takes the right to see the audit log. Undo an undo by the `x-correlation-id` of its answer.',
    tag: 'Undo',
    access: 'authenticated',
    body: undoBody,
    responses: { 200: undone, 202: undoStarted },
    sample,
  })
  async undo(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const answer = await this.undos.undo(body, exchange.idempotency);
    if (answer.status === 'queued') exchange.status(202);
    return answer;
  }
}
