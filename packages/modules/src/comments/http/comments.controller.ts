import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  type EndpointSpec,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
} from '@pellucid/platform/http';
import { recordSchemas } from '@pellucid/platform/records';
import { z } from 'zod';
import { commentRecord } from '../comments.record.js';
import { CommentsService } from '../comments.service.js';
import { REACTION_KEYS } from '../reactions.js';

const reactBody = z
  .strictObject({
    reaction: z.enum(REACTION_KEYS).meta({ description: 'Which reaction.' }),
    on: z.boolean().meta({ description: 'Whether to give it, or to take it back.' }),
  })
  .meta({ id: 'CommentReaction' });

const verb = (key: string, given: Pick<EndpointSpec, 'summary'> & Partial<EndpointSpec>) =>
  Endpoint({
    method: 'post',
    path: `/comments/{id}/${key}`,
    operationId: `${key}Comment`,
    tag: commentRecord.pluralLabel,
    access: { object: 'comment', action: key },
    params: idParams,
    responses: { 200: recordSchemas(commentRecord).record },
    sample: (w) => ({ params: { id: w['comment']! } }),
    ...given,
  });

/** Actions on comments other than changing fields. */
@Controller()
export class CommentsController {
  constructor(@Inject(CommentsService) private readonly comments: CommentsService) {}

  @verb('resolve', { summary: 'Resolve a thread of comments', conditional: true })
  async resolve(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.comments.resolve(params.id, exchange));
  }

  @verb('reopen', { summary: 'Reopen a resolved thread of comments', conditional: true })
  async reopen(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.comments.reopen(params.id, exchange));
  }

  @verb('react', {
    summary: 'React to a comment, or take a reaction back',
    access: { object: 'comment', action: 'create' },
    person: true,
    body: reactBody,
    sample: (w) => ({ params: { id: w['comment']! }, body: { reaction: 'thumbsUp', on: true } }),
  })
  async react(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.comments.react(params.id, body, exchange));
  }
}
