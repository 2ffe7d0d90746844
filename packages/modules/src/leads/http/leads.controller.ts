import { Controller, Inject } from '@nestjs/common';
import {
  dayText,
  Endpoint,
  type EndpointSpec,
  Exchange,
  freeText,
  givenText,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
} from '@pellucid/platform/http';
import { decimalInput, recordSchemas, writeQuery } from '@pellucid/platform/records';
import { z } from 'zod';
import { LeadConversionService } from '../lead-conversion.service.js';
import { leadRecord } from '../leads.record.js';
import { LeadsService } from '../leads.service.js';

const uuid = idParams.shape.id;

const convertBody = z
  .strictObject({
    accountId: uuid.nullish().meta({ description: 'Uses this account.' }),
    newAccount: z.boolean().optional().meta({ description: 'Creates a new account even if one exists.' }),
    contactId: uuid.nullish().meta({ description: 'Uses this contact.' }),
    newContact: z.boolean().optional().meta({ description: 'Creates a new contact even if one exists.' }),
    createOpportunity: z.boolean().optional(),
    opportunity: z
      .strictObject({
        name: freeText(420).nullish(),
        amount: decimalInput().nullish(),
        closeDate: dayText.nullish(),
      })
      .optional(),
  })
  .refine((wish) => !(wish.newAccount && wish.accountId), {
    path: ['newAccount'],
    message: "can't be combined with accountId: either use an account or create one",
  })
  .refine((wish) => !(wish.newContact && wish.contactId), {
    path: ['newContact'],
    message: "can't be combined with contactId: either use a contact or create one",
  })
  .default({})
  .meta({ id: 'LeadConvert' });

const became = z.object({ id: z.uuid(), name: z.string() }).nullable();
const conversionSchema = z
  .object({
    account: became,
    contact: became,
    opportunity: became,
    notOffered: z
      .array(
        z.object({
          object: z.string(),
          field: z.string(),
          value: z.string(),
          keptIn: z
            .literal('description')
            .nullable()
            .meta({ description: 'Where the record says it; null where you may not write there' }),
        }),
      )
      .meta({ description: "Options of the lead that the new records don't have" }),
  })
  .meta({ id: 'LeadConversion' });
const disqualifyBody = z
  .strictObject({ reason: givenText(255, 'enter a reason') })
  .meta({ id: 'LeadDisqualify' });

const verb = (key: string, given: Pick<EndpointSpec, 'operationId' | 'summary'> & Partial<EndpointSpec>) =>
  Endpoint({
    method: 'post',
    path: `/leads/{id}/${key}`,
    tag: 'Leads',
    access: { object: 'lead', action: key },
    params: idParams,
    conditional: true,
    responses: { 200: recordSchemas(leadRecord).record },
    sample: (w) => ({ params: { id: w['lead']! } }),
    ...given,
  });

/** Endpoints for actions on leads other than changing fields. */
@Controller()
export class LeadsController {
  constructor(
    @Inject(LeadConversionService) private readonly conversion: LeadConversionService,
    @Inject(LeadsService) private readonly leads: LeadsService,
  ) {}

  @verb('convert', {
    operationId: 'convertLead',
    summary: 'Convert a lead to account, contact and, where asked for, opportunity',
    description:
      'Joins the account and contact given, else the one account of exactly the same name and its contact of the same e-mail address. Empty fields of these are filled, tags are added, and the description is continued. If there are other records that may be the lead already (several accounts of the name, one with its domain, or a contact with its e-mail address elsewhere), the answer is 409 `possibleDuplicates` with `candidates.account` and `candidates.contact`, each with `id`, `name` and `because`: say which to join, or that a new one is wanted. Rules about duplicates may refuse the new records as if they were created alone. A second conversion gives the first answer.',
    query: writeQuery,
    body: convertBody,
    responses: { 200: conversionSchema },
    sample: (w) => ({ params: { id: w['lead']! }, body: {} }),
  })
  convert(@Input() { params, query, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.conversion.convert(params.id, { ...body, ...query }, exchange);
  }

  @verb('disqualify', {
    operationId: 'disqualifyLead',
    summary: 'Disqualify a lead',
    body: disqualifyBody,
    sample: (w) => ({ params: { id: w['lead']! }, body: { reason: 'No budget' } }),
  })
  async disqualify(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.leads.disqualify(params.id, body.reason, exchange));
  }

  @verb('reopen', { operationId: 'reopenLead', summary: 'Reopen a disqualified lead' })
  async reopen(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.leads.reopen(params.id, exchange));
  }
}
