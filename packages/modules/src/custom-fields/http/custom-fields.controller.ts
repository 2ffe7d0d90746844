import { Controller, Inject } from '@nestjs/common';
import {
  BULK_JOBS,
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
  resource,
} from '@pellucid/platform/http';
import { OptionMergesService } from '../option-merges.service.js';
import { TypeChangesService } from '../type-changes.service.js';
import { CustomFieldsService, MAX_FIELDS } from '../custom-fields.service.js';
import {
  fieldAnswer,
  fieldChangeBody,
  fieldCreateBody,
  fieldOrderBody,
  fieldsAnswer,
  fieldsQuery,
  optionMergeBody,
  startedAnswer,
  typeChangeBody,
  usesQuery,
  typePreviewAnswer,
} from './custom-fields.schemas.js';

const fields = resource({
  path: '/custom-fields',
  tag: 'Custom fields',
  access: { system: 'manageFields' },
  answer: fieldAnswer,
  sample: (world) => ({ id: world['customField']! }),
});

/** Endpoints of the fields that a company adds to objects. */
@Controller()
export class CustomFieldsController {
  constructor(
    @Inject(CustomFieldsService) private readonly fields: CustomFieldsService,
    @Inject(TypeChangesService) private readonly types: TypeChangesService,
    @Inject(OptionMergesService) private readonly merges: OptionMergesService,
  ) {}

  @Endpoint(
    fields.list({
      operationId: 'listCustomFields',
      summary: 'List the fields that the company added',
      description:
        'In the order of forms. With `object`, the headers `X-Custom-Fields-Limit` and `X-Custom-Fields-Remaining` say how many fields the object can have, and how many more.',
      query: fieldsQuery,
      responses: { 200: fieldsAnswer },
      sample: () => ({ query: { object: 'account' } }),
    }),
  )
  async list(@Input() { query }: ParsedInput, @Exchange() exchange: HttpExchange) {
    if (query.object) await this.sayLimit(exchange, query.object);
    return { data: await this.fields.list(query) };
  }

  @Endpoint(fields.get({ operationId: 'getCustomField', summary: 'Get one field' }))
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.fields.get(params.id));
  }

  @Endpoint(
    fields.create({
      operationId: 'createCustomField',
      summary: 'Add a field to an object',
      description:
        "Records have it at once, on every replica within a second. Its values travel in `custom`. Name, type, object, references, scale and currency can't be changed later.",
      body: fieldCreateBody,
      sample: () => ({ body: { object: 'account', name: 'sample', label: 'Sample', type: 'text' } }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const id = await this.fields.create(body, exchange.idempotency);
    await this.sayLimit(exchange, body.object);
    return exchange.created(await this.fields.get(id));
  }

  @Endpoint(
    fields.change({
      operationId: 'changeCustomField',
      summary: 'Change a field',
      description: 'What is left out stays; null removes a setting. `options` replaces the whole list.',
      body: fieldChangeBody,
      sample: () => ({ body: { help: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.fields.change(params.id, body, exchange.ifMatch, exchange.idempotency);
    return exchange.tagged(await this.fields.get(params.id));
  }

  @Endpoint(
    fields.remove({
      operationId: 'deleteCustomField',
      summary: 'Delete a field',
      description: 'It can be restored with its values for 30 days. Histories still show them afterwards.',
      query: usesQuery,
    }),
  )
  async remove(@Input() { params, query }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.fields.remove(params.id, query.personalUses, ifMatch, idempotency);
  }

  @Endpoint(
    fields.post('/restore', {
      operationId: 'restoreCustomField',
      summary: 'Restore a deleted field with its values',
      sample: (world) => ({ params: { id: world['deletedCustomField']! } }),
    }),
  )
  async restore(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.fields.restore(params.id, exchange.ifMatch, exchange.idempotency);
    return exchange.tagged(await this.fields.get(params.id));
  }

  @Endpoint(
    fields.all('put', {
      path: '/custom-fields/order',
      operationId: 'orderCustomFields',
      summary: 'Put the fields of an object in an order',
      body: fieldOrderBody,
      responses: { 200: fieldsAnswer },
      sample: (world) => ({ body: { object: 'contact', ids: [world['customField']!] } }),
    }),
  )
  async order(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.fields.order(body.object, body.ids, exchange.idempotency);
    return { data: await this.fields.list({ object: body.object }) };
  }

  @Endpoint(
    fields.post('/type/preview', {
      operationId: 'previewCustomFieldType',
      summary: 'Preview what changing the type of a field would do',
      description: 'Saves nothing. Counts and samples are about records that the caller sees.',
      // Only reads.
      idempotent: false,
      conditional: false,
      body: typeChangeBody,
      responses: { 200: typePreviewAnswer },
      sample: () => ({ body: { type: 'text', maxLength: 100 } }),
    }),
  )
  preview(@Input() { params, body }: ParsedInput) {
    return this.types.preview(params.id, body);
  }

  @Endpoint(
    fields.post('/type', {
      operationId: 'changeCustomFieldType',
      summary: 'Change the type of a field and convert its values',
      description:
        'Starts a bulk job. Until it is done, the field has its earlier type and nobody can change its values. Values that do not fit are emptied, as changes in the history, and are the failed rows of the job.',
      query: usesQuery,
      body: typeChangeBody,
      status: 202,
      responses: { 202: startedAnswer },
      sample: () => ({ body: { type: 'text', maxLength: 100 } }),
    }),
  )
  async changeType(@Input() { params, query, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    const started = await this.types.start(params.id, body, query.personalUses, ifMatch, idempotency);
    return exchange.created(started, BULK_JOBS);
  }

  @Endpoint(
    fields.post('/options/merge', {
      operationId: 'mergeCustomFieldOptions',
      summary: 'Merge options of a field into another one',
      description:
        'Retires the options at once, and starts a bulk job that gives their records the other option, as changes in the history.',
      body: optionMergeBody,
      status: 202,
      responses: { 202: startedAnswer },
      sample: (world) => ({ params: { id: world['customChoice']! }, body: { from: ['one'], into: 'two' } }),
    }),
  )
  async mergeOptions(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    return exchange.created(await this.merges.start(params.id, body, ifMatch, idempotency), BULK_JOBS);
  }

  private async sayLimit(exchange: HttpExchange, object: string): Promise<void> {
    exchange.header('x-custom-fields-limit', String(MAX_FIELDS));
    exchange.header('x-custom-fields-remaining', String(await this.fields.remaining(object)));
  }
}
