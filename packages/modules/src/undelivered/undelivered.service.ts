import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { Undelivered, type UndeliveredFilter, type UndeliveredMessage } from '@pellucid/platform/outbound';
import {
  CursorSealer,
  type IdempotencyRequest,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';

/** A page of undelivered messages. */
export interface UndeliveredPage {
  data: UndeliveredMessage[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** Lists the undelivered messages of the context's company, sends them again and dismisses them. */
@Injectable()
export class UndeliveredService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(Undelivered) private readonly messages: Undelivered,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page, the latest message first. @throws ProblemError 400 for an invalid cursor */
  async list(filter: UndeliveredFilter, limit: number, cursor?: string): Promise<UndeliveredPage> {
    const binding = JSON.stringify([requireTenant(), 'undelivered', filter.state]);
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const after = position && { id: position.id, createdAt: position.values[0]! };
    const found = await this.messages.page(filter, limit + 1, after);
    const data = found.slice(0, limit);
    const hasMore = found.length > limit;
    const last = data.at(-1);
    const nextCursor =
      hasMore && last ? this.cursors.seal({ values: [last.createdAt], id: last.id }, binding) : null;
    return { data, page: { nextCursor, hasMore } };
  }

  /** Sends a message again. @throws ProblemError 404, or 409 when it was already sent again or dismissed */
  async sendAgain(id: string, idempotency?: IdempotencyRequest): Promise<void> {
    await this.decide(id, 'messageSentAgain', idempotency, (uow) => this.messages.sendAgain(uow, id));
  }

  /** Dismisses a message. @throws ProblemError 404, or 409 when it was already sent again or dismissed */
  async dismiss(id: string): Promise<void> {
    await this.decide(id, 'messageDismissed', undefined, (uow) => this.messages.dismiss(uow, id));
  }

  private async decide(
    id: string,
    verb: string,
    idempotency: IdempotencyRequest | undefined,
    change: (uow: UnitOfWork) => Promise<string>,
  ): Promise<void> {
    await this.records.unit(idempotency, async (uow) => {
      const kind = await change(uow);
      await uow.together(
        securityEventStatements([
          { verb, object: 'outboundMessage', recordId: id, changes: { kind: { after: kind } } },
        ]),
      );
      return { status: 204, body: null };
    });
  }
}
