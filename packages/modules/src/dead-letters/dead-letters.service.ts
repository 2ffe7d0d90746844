import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type DeadLetter, type DeadLetterFilter, DeadLetters } from '@pellucid/platform/jobs';
import {
  CursorSealer,
  type IdempotencyRequest,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';

/** A page of dead letters. */
export interface DeadLetterPage {
  data: DeadLetter[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** Lists the dead letters of the context's company, runs them again and discards them. */
@Injectable()
export class DeadLettersService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(DeadLetters) private readonly letters: DeadLetters,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page, the latest failure first. @throws ProblemError 400 for an invalid cursor */
  async list(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<DeadLetterPage> {
    const binding = JSON.stringify([requireTenant(), 'deadLetters', filter.kind, filter.source]);
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const after = position && { id: position.id, failedAt: position.values[0]! };
    const found = await this.letters.page(filter, limit + 1, after);
    const data = found.slice(0, limit);
    const hasMore = found.length > limit;
    const last = data.at(-1);
    return {
      data,
      page: {
        nextCursor:
          hasMore && last ? this.cursors.seal({ values: [last.failedAt], id: last.id }, binding) : null,
        hasMore,
      },
    };
  }

  /** Runs a dead letter again. @throws ProblemError 404, or 409 when it was already replayed or discarded */
  async replay(id: string, idempotency?: IdempotencyRequest): Promise<void> {
    await this.settle(id, 'deadLetterReplayed', idempotency, (uow) => this.letters.replay(uow, id));
  }

  /** Discards a dead letter. @throws ProblemError 404, or 409 when it was already replayed or discarded */
  async discard(id: string): Promise<void> {
    await this.settle(id, 'deadLetterDiscarded', undefined, (uow) => this.letters.discard(uow, id));
  }

  private async settle(
    id: string,
    verb: string,
    idempotency: IdempotencyRequest | undefined,
    change: (uow: UnitOfWork) => Promise<string>,
  ): Promise<void> {
    await this.records.unit(idempotency, async (uow) => {
      const name = await change(uow);
      await uow.together(
        securityEventStatements([{ verb, object: 'job', recordId: id, changes: { name: { after: name } } }]),
      );
      return { status: 204, body: null };
    });
  }
}
