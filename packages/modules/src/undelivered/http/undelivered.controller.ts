import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  listSchema,
  pageQuery,
  type ParsedInput,
  type SampleWorld,
} from '@pellucid/platform/http';
import { z } from 'zod';
import { UndeliveredService } from '../undelivered.service.js';

const state = z.enum(['failed', 'unknown']);

const undeliveredMessage = z
  .object({
    id: z.uuid().meta({ description: 'The same in each attempt. The Message-ID of a mail is made from it.' }),
    kind: z.string().meta({ description: 'What the message is, e.g. `identity.invitation`.' }),
    channel: z.string().meta({ description: 'The way it leaves by, e.g. `mail`.' }),
    state: state.meta({
      description: '`failed`: it did not leave. `unknown`: an attempt was cut off, and it may have left.',
    }),
    reason: z
      .string()
      .meta({ description: 'Code of the last error; `cutOff` if the worker died in between.' }),
    attempts: z.int(),
    recipientId: z.uuid().nullable().meta({ description: 'The member whom it is for.' }),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
  })
  .meta({ id: 'UndeliveredMessage' });

const listQuery = z.strictObject({ state: state.optional(), ...pageQuery().shape });

const access = { system: 'manageJobs' };
const tag = 'Undelivered messages';
const one = { access, tag, params: idParams, status: 204, responses: { 204: null } } as const;
const sample = (world: SampleWorld) => ({ params: { id: world['undeliveredMessage']! } });

/** Endpoints of undelivered messages. */
@Controller()
export class UndeliveredController {
  constructor(@Inject(UndeliveredService) private readonly messages: UndeliveredService) {}

  @Endpoint({
    method: 'get',
    path: '/undelivered-messages',
    operationId: 'listUndeliveredMessages',
    summary: 'List messages that did not leave, latest first',
    description:
      'Mails and other messages that were refused, and those of which it is unknown whether they left. They are not repeated until someone sends them again.',
    tag,
    access,
    query: listQuery,
    responses: { 200: listSchema(undeliveredMessage, 'UndeliveredMessageList') },
    sample: () => ({}),
  })
  list(@Input() { query: { limit, cursor, ...filter } }: ParsedInput) {
    return this.messages.list(filter, limit, cursor);
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/undelivered-messages/{id}/send-again',
    operationId: 'sendUndeliveredMessageAgain',
    summary: 'Send a message again',
    description:
      'It keeps its identifier, so that the receiver can recognize a repetition. It is sent once, however many people ask for it. Requests that come too late get 409.',
    sample,
  })
  async sendAgain(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.messages.sendAgain(params.id, exchange.idempotency);
  }

  @Endpoint({
    ...one,
    method: 'delete',
    path: '/undelivered-messages/{id}',
    operationId: 'dismissUndeliveredMessage',
    summary: 'Dismiss a message',
    description: 'It leaves the list and is not sent again.',
    // A repeated call finds it dismissed and answers 409, so nothing is done twice.
    idempotent: false,
    sample,
  })
  async dismiss(@Input() { params }: ParsedInput): Promise<void> {
    await this.messages.dismiss(params.id);
  }
}
