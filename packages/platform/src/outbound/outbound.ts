import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { currentContext } from '../context/index.js';
import type { UnitOfWork } from '../db/index.js';
import type { JobQueue } from '../jobs/index.js';
import { deliverJob } from './jobs/deliver.job.js';
import type { OutboundKind } from './outbound-kind.js';
import type { OutboundRepository } from './outbound.repository.js';

/** How a message is asked for. */
export interface OutboundOptions {
  /** The member whom it is for. */
  recipientId?: string | null;
  /** Not before this time. */
  runAt?: Date;
  /** If a message of the kind has the key already, no second one is asked for. */
  key?: string;
  /** The message's id, for a caller that stores it beforehand. */
  id?: string;
}

/** Accepts messages that are to leave the product. */
export class Outbound {
  constructor(
    private readonly queue: JobQueue,
    private readonly repository: OutboundRepository,
  ) {}

  /**
   * Asks for a message. It commits with the caller's transaction and is made and sent afterwards, by a worker.
   * @returns the message's id; null if its key was already used
   * @throws ZodError when the reference does not match the kind
   */
  async request<Schema extends z.ZodType>(
    uow: UnitOfWork,
    kind: OutboundKind<Schema, any>,
    reference: z.input<Schema>,
    { recipientId = null, runAt, key, id = uuidv7() }: OutboundOptions = {},
  ): Promise<string | null> {
    kind.schema.parse(reference);
    const isNew = await this.repository.add(uow, {
      id,
      kind: kind.name,
      channel: kind.channel.name,
      reference,
      recipientId,
      key: key ?? null,
      askedById: currentContext().memberId,
      dueAt: runAt ?? null,
    });
    if (!isNew) return null;
    await this.queue.enqueue(uow, deliverJob, { messageId: id }, runAt ? { runAt } : {});
    return id;
  }

  /** Returns those of the messages that wait for an attempt. */
  waiting(uow: UnitOfWork, ids: string[]): Promise<Set<string>> {
    return this.repository.waiting(uow, ids);
  }

  /** Has a message that waits sent earlier than planned. One that is due by then anyway, or has left, stays as it is. */
  async advance(uow: UnitOfWork, id: string, dueAt: Date): Promise<void> {
    if (await this.repository.advance(uow, id, dueAt))
      await this.queue.enqueue(uow, deliverJob, { messageId: id }, { runAt: dueAt });
  }
}
