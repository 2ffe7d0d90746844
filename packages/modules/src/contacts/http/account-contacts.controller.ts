import { Controller, Inject } from '@nestjs/common';
import { tidyText } from '@pellucid/conditions';
import {
  Endpoint,
  Exchange,
  freeText,
  type HttpExchange,
  idParams,
  Input,
  pageSchema,
  type ParsedInput,
} from '@pellucid/platform/http';
import { accessMeta } from '@pellucid/platform/records';
import { z } from 'zod';
import { type AccountContact, AccountContactsService } from '../account-contacts.service.js';

const uuid = idParams.shape.id;
const linkParams = z.strictObject({ id: uuid, contactId: uuid });

const accountContactSchema = z
  .object({
    contact: z.object({ id: z.uuid(), name: z.string() }),
    role: z.string().nullable().optional(),
    isPrimary: z.boolean().optional(),
  })
  .meta({ id: 'AccountContact' });

const linkBody = z
  .strictObject({
    role: freeText(100).transform(tidyText).nullish(),
    isPrimary: z.boolean().optional(),
  })
  .default({})
  .meta({ id: 'AccountContactLink' });

const sample = (w: Record<string, string>) => ({ params: { id: w['account']!, contactId: w['contact']! } });

/** Endpoints of an account's contacts. */
@Controller()
export class AccountContactsController {
  constructor(@Inject(AccountContactsService) private readonly links: AccountContactsService) {}

  @Endpoint({
    method: 'get',
    path: '/accounts/{id}/contacts',
    operationId: 'listAccountContacts',
    summary: 'List the contacts of an account, the primary one first',
    description: 'Returns at most 1,000. For more, filter the list of contacts by `accounts`.',
    tag: 'Accounts',
    access: { object: 'contact', action: 'read' },
    params: idParams,
    responses: {
      200: z
        .object({ data: z.array(accountContactSchema), page: pageSchema, meta: accessMeta.optional() })
        .meta({ id: 'AccountContactList' }),
    },
    sample: (w) => ({ params: { id: w['account']! } }),
  })
  list(@Input() { params }: ParsedInput) {
    return this.links.list(params.id);
  }

  @Endpoint({
    method: 'put',
    path: '/accounts/{id}/contacts/{contactId}',
    operationId: 'linkAccountContact',
    summary: 'Link a contact to an account, or change the link',
    description:
      'The first contact of an account becomes its primary contact. Making another one primary replaces it.',
    tag: 'Accounts',
    access: { object: 'contact', action: 'update' },
    params: linkParams,
    body: linkBody,
    responses: { 200: accountContactSchema },
    sample: (w) => ({ ...sample(w), body: {} }),
  })
  link(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<AccountContact> {
    return this.links.link(params.id, params.contactId, body, exchange.idempotency);
  }

  @Endpoint({
    method: 'delete',
    path: '/accounts/{id}/contacts/{contactId}',
    operationId: 'unlinkAccountContact',
    summary: 'Remove a contact from an account',
    description: 'If it was the primary contact, the contact linked longest takes its place.',
    tag: 'Accounts',
    access: { object: 'contact', action: 'update' },
    params: linkParams,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async unlink(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.links.unlink(params.id, params.contactId, exchange.idempotency);
  }
}
