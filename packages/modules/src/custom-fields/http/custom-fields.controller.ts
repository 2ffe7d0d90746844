import { Controller, Inject, Res } from '@nestjs/common';
import {
  type ApiRequest,
  Endpoint,
  idParams,
  Input,
  type ParsedInput,
  RawRequest,
} from '@pellucid/platform/http';
import { idempotencyOf, ifMatchOf } from '@pellucid/platform/records';
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
  typePreviewAnswer,
} from './custom-fields.schemas.js';

const tag = 'Custom fields';
const access = { system: 'manageFields' };
const sample = (world: Record<string, string>) => ({ params: { id: world['customField']! } });

/** The part of a reply that this controller needs. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** Says where the work can be followed. */
function started<T extends { id: string }>(reply: HeaderReply, work: T): T {
  reply.header('location', `/api/v1/bulk-jobs/${work.id}`);
  return work;
}

/** Endpoints of the fields that a company adds to objects. */
@Controller()
export class CustomFieldsController {
  constructor(
    @Inject(CustomFieldsService) private readonly fields: CustomFieldsService,
    @Inject(TypeChangesService) private readonly types: TypeChangesService,
    @Inject(OptionMergesService) private readonly merges: OptionMergesService,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/custom-fields',
    summary: 'List the fields that the company added',
    description:
      'In the order of forms. With `object`, the headers `X-Custom-Fields-Limit` and `X-Custom-Fields-Remaining` say how many fields the object can have, and how many more.',
    tag,
    operationId: 'listCustomFields',
    access,
    query: fieldsQuery,
    responses: { 200: fieldsAnswer },
    sample: () => ({ query: { object: 'account' } }),
  })
  async list(@Input() { query }: ParsedInput, @Res({ passthrough: true }) reply: HeaderReply) {
    if (query.object) await this.sayLimit(reply, query.object);
    return { data: await this.fields.list(query) };
  }

  @Endpoint({
    method: 'get',
    path: '/custom-fields/{id}',
    summary: 'Get one field',
    tag,
    operationId: 'getCustomField',
    access,
    params: idParams,
    conditional: true,
    responses: { 200: fieldAnswer },
    sample,
  })
  async get(@Input() { params }: ParsedInput, @Res({ passthrough: true }) reply: HeaderReply) {
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'post',
    path: '/custom-fields',
    summary: 'Add a field to an object',
    description:
      "Records have it at once, on every replica within a second. Its values travel in `custom`. Name, type, object, references, scale and currency can't be changed later.",
    tag,
    operationId: 'createCustomField',
    access,
    body: fieldCreateBody,
    status: 201,
    conditional: true,
    responses: { 201: fieldAnswer },
    sample: () => ({ body: { object: 'account', name: 'sample', label: 'Sample', type: 'text' } }),
  })
  async create(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    const id = await this.fields.create(body, idempotencyOf(request));
    await this.sayLimit(reply, body.object);
    reply.header('location', `/api/v1/custom-fields/${id}`);
    return this.tagged(reply, id);
  }

  @Endpoint({
    method: 'patch',
    path: '/custom-fields/{id}',
    summary: 'Change a field',
    description: 'What is left out stays; null removes a setting. `options` replaces the whole list.',
    tag,
    operationId: 'changeCustomField',
    access,
    params: idParams,
    body: fieldChangeBody,
    conditional: true,
    responses: { 200: fieldAnswer },
    sample: (world) => ({ ...sample(world), body: { help: 'Sample' } }),
  })
  async change(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    await this.fields.change(params.id, body, ifMatchOf(request), idempotencyOf(request));
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'delete',
    path: '/custom-fields/{id}',
    summary: 'Delete a field',
    description: 'It can be restored with its values for 30 days. Histories still show them afterwards.',
    tag,
    operationId: 'deleteCustomField',
    access,
    params: idParams,
    status: 204,
    conditional: true,
    responses: { 204: null },
    sample,
  })
  async remove(@Input() { params }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.fields.remove(params.id, ifMatchOf(request), idempotencyOf(request));
  }

  @Endpoint({
    method: 'post',
    path: '/custom-fields/{id}/restore',
    summary: 'Restore a deleted field with its values',
    tag,
    operationId: 'restoreCustomField',
    access,
    params: idParams,
    conditional: true,
    responses: { 200: fieldAnswer },
    sample: (world) => ({ params: { id: world['deletedCustomField']! } }),
  })
  async restore(
    @Input() { params }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    await this.fields.restore(params.id, ifMatchOf(request), idempotencyOf(request));
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'put',
    path: '/custom-fields/order',
    summary: 'Put the fields of an object in an order',
    tag,
    operationId: 'orderCustomFields',
    access,
    body: fieldOrderBody,
    responses: { 200: fieldsAnswer },
    sample: (world) => ({ body: { object: 'contact', ids: [world['customField']!] } }),
  })
  async order(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest) {
    await this.fields.order(body.object, body.ids, idempotencyOf(request));
    return { data: await this.fields.list({ object: body.object }) };
  }

  @Endpoint({
    method: 'post',
    path: '/custom-fields/{id}/type/preview',
    summary: 'Preview what changing the type of a field would do',
    description: 'Saves nothing. Counts and samples are about records that the caller sees.',
    tag,
    operationId: 'previewCustomFieldType',
    access,
    // Only reads.
    idempotent: false,
    params: idParams,
    body: typeChangeBody,
    responses: { 200: typePreviewAnswer },
    sample: (world) => ({ ...sample(world), body: { type: 'text', maxLength: 100 } }),
  })
  preview(@Input() { params, body }: ParsedInput) {
    return this.types.preview(params.id, body);
  }

  @Endpoint({
    method: 'post',
    path: '/custom-fields/{id}/type',
    summary: 'Change the type of a field and convert its values',
    description:
      'Starts a bulk job. Until it is done, the field has its earlier type and nobody can change its values. Values that do not fit are emptied, as changes in the history, and are the failed rows of the job.',
    tag,
    operationId: 'changeCustomFieldType',
    access,
    params: idParams,
    body: typeChangeBody,
    status: 202,
    conditional: true,
    responses: { 202: startedAnswer },
    sample: (world) => ({ ...sample(world), body: { type: 'text', maxLength: 100 } }),
  })
  async changeType(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    return started(
      reply,
      await this.types.start(params.id, body, ifMatchOf(request), idempotencyOf(request)),
    );
  }

  @Endpoint({
    method: 'post',
    path: '/custom-fields/{id}/options/merge',
    summary: 'Merge options of a field into another one',
    description:
      'Retires the options at once, and starts a bulk job that gives their records the other option, as changes in the history.',
    tag,
    operationId: 'mergeCustomFieldOptions',
    access,
    params: idParams,
    body: optionMergeBody,
    status: 202,
    conditional: true,
    responses: { 202: startedAnswer },
    sample: (world) => ({
      params: { id: world['customChoice']! },
      body: { from: ['one'], into: 'two' },
    }),
  })
  async mergeOptions(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    return started(
      reply,
      await this.merges.start(params.id, body, ifMatchOf(request), idempotencyOf(request)),
    );
  }

  private async tagged(reply: HeaderReply, id: string) {
    const field = await this.fields.get(id);
    reply.header('etag', `"${field.version}"`);
    return field;
  }

  private async sayLimit(reply: HeaderReply, object: string): Promise<void> {
    reply.header('x-custom-fields-limit', String(MAX_FIELDS));
    reply.header('x-custom-fields-remaining', String(await this.fields.remaining(object)));
  }
}
