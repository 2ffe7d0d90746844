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
import { DeadLettersService } from '../dead-letters.service.js';

const kind = z.enum(['job', 'consumer']);

const deadLetter = z
  .object({
    id: z.uuid(),
    kind: kind.meta({ description: 'What failed: a job, or a consumer that handled an event.' }),
    source: z.string().meta({ description: 'Name of the job or consumer.' }),
    errorClass: z.enum(['permanent', 'poison']).meta({
      description: '`permanent`: no retry could succeed. `poison`: it failed at every attempt.',
    }),
    reason: z.string().meta({ description: 'Code of the last error, or its type if it has none.' }),
    attempts: z.int(),
    correlationId: z.string().meta({ description: 'Finds what it followed from, in the audit log.' }),
    eventId: z.uuid().nullable().meta({ description: "The event that a consumer couldn't handle." }),
    createdAt: z.iso.datetime(),
    failedAt: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetter' });

const deadLetterList = listSchema(deadLetter, 'DeadLetterList');

const listQuery = z.strictObject({
  kind: kind.optional(),
  source: z.string().max(200).optional().meta({ description: 'Name of a job or consumer.' }),
  ...pageQuery().shape,
});

const access = { system: 'manageJobs' };
const tag = 'Failed jobs';
const one = { access, tag, params: idParams, status: 204, responses: { 204: null } } as const;
const sample = (world: SampleWorld) => ({ params: { id: world['deadLetter']! } });

/** Endpoints of dead letters. */
@Controller()
export class DeadLettersController {
  constructor(@Inject(DeadLettersService) private readonly letters: DeadLettersService) {}

  @Endpoint({
    method: 'get',
    path: '/dead-letters',
    operationId: 'listDeadLetters',
    summary: 'List work that failed for good, latest first',
    description:
      "Jobs, and events that a consumer couldn't handle. They are not retried until someone runs them again.",
    tag,
    access,
    query: listQuery,
    responses: { 200: deadLetterList },
    sample: () => ({}),
  })
  list(@Input() { query: { limit, cursor, ...filter } }: ParsedInput) {
    return this.letters.list(filter, limit, cursor);
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/dead-letters/{id}/replay',
    operationId: 'replayDeadLetter',
    summary: 'Run failed work again',
    description: 'It runs once, however many people ask for it. Requests that come too late get 409.',
    sample,
  })
  async replay(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.letters.replay(params.id, exchange.idempotency);
  }

  @Endpoint({
    ...one,
    method: 'delete',
    path: '/dead-letters/{id}',
    operationId: 'discardDeadLetter',
    summary: 'Discard failed work',
    description: "It leaves the list and can't be run again. What it did before it failed stays.",
    // A repeated call finds it discarded and answers 409, so nothing is done twice.
    idempotent: false,
    sample,
  })
  async discard(@Input() { params }: ParsedInput): Promise<void> {
    await this.letters.discard(params.id);
  }
}
