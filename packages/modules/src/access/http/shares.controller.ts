import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  instantText,
  type ParsedInput,
} from '@pellucid/platform/http';

import { z } from 'zod';
import { SharesService } from '../shares/shares.service.js';

const id = z.uuid({ error: 'must be a UUID' }).transform((text) => text.toLowerCase());
const access = z.enum(['read', 'edit']).meta({ description: '`edit` includes reading.' });

const shareBody = z
  .strictObject({
    object: z.string().min(1).max(100).meta({ description: 'Key of the object, e.g. `account`.' }),
    record: id,
    grantee: z.strictObject({ kind: z.enum(['member', 'team']), id }),
    access,
    until: instantText
      .nullable()
      .optional()
      .meta({ description: 'Until when; for good where it is left out.' }),
  })
  .meta({ id: 'ShareWish' });

const shareQuery = z.strictObject({ object: z.string().min(1).max(100), record: id });

const share = z
  .object({
    id: z.uuid(),
    object: z.string(),
    record: z.uuid(),
    grantee: z.object({
      kind: z.enum(['member', 'team']),
      id: z.uuid(),
      name: z.string().nullable().meta({ description: 'Null where the reader may not know it.' }),
    }),
    access,
    until: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    createdBy: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'Share' });

const tag = 'Sharing';
const sampleShare = (world: Record<string, string>) => ({
  object: 'account',
  record: world['account'],
  grantee: { kind: 'team', id: world['team'] },
  access: 'read',
});

/** Endpoints of shares: access to records for people and teams beyond their roles. */
@Controller()
export class SharesController {
  constructor(@Inject(SharesService) private readonly shares: SharesService) {}

  @Endpoint({
    method: 'get',
    path: '/shares',
    summary: 'List who a record is shared with',
    description: 'Available to anyone who can view the record. Leaves out shares that have ended.',
    tag,
    operationId: 'listShares',
    access: 'authenticated',
    query: shareQuery,
    responses: { 200: z.object({ data: z.array(share) }).meta({ id: 'Shares' }) },
    sample: (world) => ({ query: { object: 'account', record: world['account']! } }),
  })
  async list(@Input() { query }: ParsedInput) {
    return { data: await this.shares.of(query.object, query.record) };
  }

  @Endpoint({
    method: 'post',
    path: '/shares',
    summary: 'Share a record with a person or a team',
    description:
      'Requires roles that let you change the record. Share with other people who can log in, or with teams. Sharing again with the same person or team changes the share (200).',
    tag,
    operationId: 'shareRecord',
    access: 'authenticated',
    body: shareBody,
    status: 201,
    responses: { 201: share, 200: share },
    sample: (world) => ({ body: sampleShare(world) }),
  })
  async share(@Input() input: ParsedInput, @Exchange() exchange: HttpExchange) {
    const done = await this.shares.share(input.body, exchange.idempotency);
    exchange.status(done.status);
    return done.share;
  }

  @Endpoint({
    method: 'delete',
    path: '/shares/{id}',
    summary: 'Stop sharing a record',
    tag,
    operationId: 'unshareRecord',
    access: 'authenticated',
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample: (world) => ({ params: { id: world['share']! } }),
  })
  async unshare(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.shares.unshare(params.id, exchange.idempotency);
  }
}
