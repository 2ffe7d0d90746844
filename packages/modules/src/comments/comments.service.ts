import { Inject, Injectable } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { forbidden } from '@pellucid/platform/errors';
import { type IdempotencyRequest, type PresentedRecord, RecordService } from '@pellucid/platform/records';
import type { Reaction } from './reactions.js';

/** The parameters of a verb besides the comment's id. */
export interface VerbRequest {
  ifMatch?: number | undefined;
  idempotency?: IdempotencyRequest | undefined;
}

/** Actions on comments other than changing fields. */
@Injectable()
export class CommentsService {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  /** Settles a thread. @throws ProblemError 404, 409 when it is settled already, 412, 422 for a reply */
  resolve(id: string, request: VerbRequest = {}): Promise<PresentedRecord> {
    return this.settle(id, true, request);
  }

  /** Opens a thread again. @throws ProblemError 404, 409 when it is open, 412 */
  reopen(id: string, request: VerbRequest = {}): Promise<PresentedRecord> {
    return this.settle(id, false, request);
  }

  /**
   * Gives the caller's reaction to a comment, or takes it back. Asking twice changes nothing. It takes the right to write comments,
   * and to read this one with its reactions: whoever may take part in a talk may nod.
   * @throws ProblemError 403 for API keys and for people who don't see such reactions, 404
   */
  async react(
    id: string,
    { reaction, on }: { reaction: Reaction; on: boolean },
    { idempotency }: Pick<VerbRequest, 'idempotency'> = {},
  ): Promise<PresentedRecord> {
    const { memberId } = currentContext();
    if (!memberId) throw forbidden('needsPerson', 'Only people can react. Use a personal log-in.');
    const seen = await this.records.get('comment', id);
    if (!Array.isArray(seen[reaction]))
      throw forbidden('reactionWithheld', "Your roles don't show you this reaction, so you can't give it.");
    const own = { object: 'member', id: memberId };
    const done = this.records.writer.write(
      'comment',
      'update',
      [{ id, edits: [{ field: reaction, do: on ? 'add' : 'remove', values: [own] }] }],
      {
        verb: 'reacted',
        asks: 'product',
        opensReadOnly: true,
        present: true,
        ...(idempotency ? { idempotency } : {}),
      },
    );
    return (await this.records.one(done, 'comment')).record;
  }

  private async settle(
    id: string,
    resolved: boolean,
    { ifMatch, idempotency }: VerbRequest,
  ): Promise<PresentedRecord> {
    const done = this.records.update(
      'comment',
      [{ id, changes: { resolved }, ...(ifMatch === undefined ? {} : { ifMatch }) }],
      {
        verb: resolved ? 'resolved' : 'reopened',
        action: resolved ? 'resolve' : 'reopen',
        present: true,
        ...(idempotency ? { idempotency } : {}),
      },
    );
    return (await this.records.one(done, 'comment')).record;
  }
}
