import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  listSchema,
  pageQuery,
  type ParsedInput,
} from '@pellucid/platform/http';
import { z } from 'zod';
import { FOLLOW_REASONS } from '../follows/follow.types.js';
import { FollowsService } from '../follows/follows.service.js';

const recordParams = z.strictObject({
  object: z.string().min(1).max(100).meta({ description: 'Key of the object, e.g. `account`.' }),
  id: z.uuid({ error: 'must be a UUID' }).transform((text) => text.toLowerCase()),
});
const reason = z
  .enum(FOLLOW_REASONS)
  .meta({ description: '`chosen` by the caller, or why they follow it by themselves.' });
const state = z
  .object({
    isFollowing: z.boolean(),
    reason: reason.nullable(),
    since: z.iso.datetime().nullable(),
  })
  .meta({ id: 'FollowState' });
const followed = z
  .object({
    object: z.string(),
    record: z.object({
      id: z.uuid(),
      name: z.string().nullable().meta({ description: 'Null if the caller may not know it.' }),
    }),
    reason,
    since: z.iso.datetime(),
  })
  .meta({ id: 'FollowedRecord' });

const common = { access: 'authenticated', tag: 'Notifications', person: true } as const;
const sample = (world: Record<string, string>) => ({ params: { object: 'account', id: world['account']! } });

/** Endpoints of what the caller follows. */
@Controller()
export class FollowsController {
  constructor(@Inject(FollowsService) private readonly follows: FollowsService) {}

  @Endpoint({
    ...common,
    method: 'get',
    path: '/follows',
    operationId: 'listFollows',
    summary: 'List the records that the caller follows, those followed last first',
    description: 'Records that the caller no longer sees are left out.',
    query: z.strictObject(pageQuery().shape),
    responses: { 200: listSchema(followed, 'FollowedRecordList') },
    sample: () => ({}),
  })
  list(@Input() { query: { limit, cursor } }: ParsedInput) {
    return this.follows.list(limit, cursor);
  }

  @Endpoint({
    ...common,
    method: 'get',
    path: '/follows/{object}/{id}',
    operationId: 'getFollow',
    summary: 'Get whether the caller follows a record',
    params: recordParams,
    responses: { 200: state },
    sample,
  })
  get(@Input() { params }: ParsedInput) {
    return this.follows.get({ object: params.object, recordId: params.id });
  }

  @Endpoint({
    ...common,
    method: 'put',
    path: '/follows/{object}/{id}',
    operationId: 'followRecord',
    summary: 'Follow a record',
    description:
      'The caller is told of changes to it, and of comments, notes, activities and files that others add.',
    params: recordParams,
    responses: { 200: state },
    sample,
  })
  follow(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.follows.follow({ object: params.object, recordId: params.id }, exchange.idempotency);
  }

  @Endpoint({
    ...common,
    method: 'delete',
    path: '/follows/{object}/{id}',
    operationId: 'unfollowRecord',
    summary: 'Stop following a record',
    description: 'Nothing but the caller’s own choice makes them follow it again.',
    params: recordParams,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async unfollow(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.follows.unfollow({ object: params.object, recordId: params.id }, exchange.idempotency);
  }
}
