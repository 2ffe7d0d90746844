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
} from '@pellucid/platform/http';
import { z } from 'zod';
import { NotificationsService } from '../notifications.service.js';

const notification = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({ description: 'What happened, e.g. `assigned`.' }),
    object: z.string().nullable().meta({ description: 'Object of the records that it is about.' }),
    record: z
      .object({
        id: z.uuid(),
        name: z.string().nullable().meta({ description: 'Null if the caller may not know it.' }),
      })
      .nullable()
      .meta({ description: 'The record, or the import or job if `object` is null, if it is about one.' }),
    count: z.int().meta({ description: 'How many records it is about, of those that the caller sees.' }),
    hasMore: z.boolean().meta({ description: 'Whether there are more than `count`.' }),
    actor: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().nullable() }),
    text: z.string().meta({ description: "What happened, in the caller's language." }),
    why: z.string().meta({ description: "Why the caller is told, in the caller's language." }),
    isFollowed: z.boolean().meta({ description: 'Whether they are told because they follow the record.' }),
    parameters: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .meta({ description: 'Codes and numbers that the text needs, by kind.' }),
    createdAt: z.iso.datetime(),
    readAt: z.iso.datetime().nullable(),
    archivedAt: z.iso.datetime().nullable(),
    snoozedUntil: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Notification' });

const kind = z.string().max(100).optional();
const listQuery = z.strictObject({
  part: z.enum(['inbox', 'archived', 'snoozed']).default('inbox'),
  unread: z.enum(['true']).optional().meta({ description: 'Only unread ones.' }),
  kind,
  ...pageQuery().shape,
});
const future = z.iso.datetime({ offset: true }).refine((text) => Date.parse(text) > Date.now(), {
  message: 'must be in the future',
});
const changeBody = z.strictObject({
  read: z.boolean().optional(),
  archived: z.boolean().optional(),
  snoozedUntil: future
    .nullable()
    .optional()
    .meta({ description: 'It leaves the inbox until then, and comes back unread. Null ends that.' }),
});
const readAllBody = z.strictObject({
  until: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Only what was in the inbox by then; now by default.' }),
  kind,
});

const common = { access: 'authenticated', tag: 'Notifications', person: true } as const;

/** Endpoints of the caller's own notifications. */
@Controller()
export class NotificationsController {
  constructor(@Inject(NotificationsService) private readonly notifications: NotificationsService) {}

  @Endpoint({
    ...common,
    method: 'get',
    path: '/notifications',
    operationId: 'listNotifications',
    summary: "List the caller's notifications, latest first",
    description:
      'Records that the caller no longer sees are left out, and so are notifications about nothing else.',
    query: listQuery,
    responses: { 200: listSchema(notification, 'NotificationList') },
    sample: () => ({}),
  })
  list(@Input() { query: { limit, cursor, unread, part, kind: of } }: ParsedInput) {
    return this.notifications.list({ part, unread: unread === 'true', kind: of }, limit, cursor);
  }

  @Endpoint({
    ...common,
    method: 'get',
    path: '/notifications/unread-count',
    operationId: 'countUnreadNotifications',
    summary: 'Count unread notifications in the inbox',
    responses: {
      200: z.object({
        count: z.int(),
        hasMore: z.boolean().meta({ description: 'Whether there are more than `count`.' }),
        nextAt: z.iso.datetime().nullable().meta({ description: 'When the next snoozed one comes back.' }),
      }),
    },
    sample: () => ({}),
  })
  unread() {
    return this.notifications.unread();
  }

  @Endpoint({
    ...common,
    method: 'patch',
    path: '/notifications/{id}',
    operationId: 'changeNotification',
    summary: 'Mark a notification as read, archive or snooze it',
    params: idParams,
    body: changeBody,
    responses: { 200: notification },
    sample: (world) => ({ params: { id: world['notification']! }, body: { read: true } }),
  })
  change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.notifications.change(params.id, body, exchange.idempotency);
  }

  @Endpoint({
    ...common,
    method: 'post',
    path: '/notifications/read-all',
    operationId: 'readAllNotifications',
    summary: 'Mark all notifications in the inbox as read',
    body: readAllBody,
    status: 204,
    responses: { 204: null },
    sample: () => ({ body: {} }),
  })
  async readAll(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.notifications.readAll(body.until, body.kind, exchange.idempotency);
  }
}
