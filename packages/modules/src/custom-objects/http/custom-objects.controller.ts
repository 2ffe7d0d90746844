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
import { CustomObjectsService, MAX_OBJECTS } from '../custom-objects.service.js';
import {
  objectAnswer,
  objectChangeBody,
  objectCreateBody,
  objectDeleteQuery,
  objectsAnswer,
  objectsQuery,
} from './custom-objects.schemas.js';

const tag = 'Custom objects';
const access = { system: 'manageFields' };
const sample = (world: Record<string, string>) => ({ params: { id: world['customObject']! } });

/** The part of a reply that this controller needs. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** Endpoints of the objects that a company makes. */
@Controller()
export class CustomObjectsController {
  constructor(@Inject(CustomObjectsService) private readonly objects: CustomObjectsService) {}

  @Endpoint({
    method: 'get',
    path: '/custom-objects',
    summary: 'List the objects that the company made',
    tag,
    operationId: 'listCustomObjects',
    access,
    query: objectsQuery,
    responses: { 200: objectsAnswer },
  })
  async list(@Input() { query }: ParsedInput) {
    return { data: await this.objects.list(query.deleted ?? false), limit: MAX_OBJECTS };
  }

  @Endpoint({
    method: 'get',
    path: '/custom-objects/{id}',
    summary: 'Get one object',
    tag,
    operationId: 'getCustomObject',
    access,
    params: idParams,
    conditional: true,
    responses: { 200: objectAnswer },
    sample,
  })
  async get(@Input() { params }: ParsedInput, @Res({ passthrough: true }) reply: HeaderReply) {
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'post',
    path: '/custom-objects',
    summary: 'Make an object',
    description:
      "Its records are served at once at `/api/v1/{plural}`, on every replica within a second, with everything that other objects' records have. Add fields to it with POST /custom-fields.",
    tag,
    operationId: 'createCustomObject',
    access,
    body: objectCreateBody,
    status: 201,
    conditional: true,
    responses: { 201: objectAnswer },
    sample: () => ({
      body: { name: 'sample', plural: 'samples', label: 'Sample', pluralLabel: 'Samples' },
    }),
  })
  async create(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    const id = await this.objects.create(body, idempotencyOf(request));
    reply.header('location', `/api/v1/custom-objects/${id}`);
    return this.tagged(reply, id);
  }

  @Endpoint({
    method: 'patch',
    path: '/custom-objects/{id}',
    summary: 'Change an object',
    description:
      'What is left out stays; null removes a setting. If records get other names, a job renames existing ones.',
    tag,
    operationId: 'changeCustomObject',
    access,
    params: idParams,
    body: objectChangeBody,
    conditional: true,
    responses: { 200: objectAnswer },
    sample: (world) => ({ ...sample(world), body: { label: 'Sample' } }),
  })
  async change(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    await this.objects.change(params.id, body, ifMatchOf(request), idempotencyOf(request));
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'delete',
    path: '/custom-objects/{id}',
    summary: 'Delete an object',
    description:
      '409 if fields of other objects refer to it, or if it has records, unless they are deleted too. It can be restored with its fields and records for 30 days.',
    tag,
    operationId: 'deleteCustomObject',
    access,
    params: idParams,
    query: objectDeleteQuery,
    status: 204,
    conditional: true,
    responses: { 204: null },
    sample,
  })
  async remove(@Input() { params, query }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.objects.remove(params.id, query.records, ifMatchOf(request), idempotencyOf(request));
  }

  @Endpoint({
    method: 'post',
    path: '/custom-objects/{id}/restore',
    summary: 'Restore a deleted object with its fields and records',
    tag,
    operationId: 'restoreCustomObject',
    access,
    params: idParams,
    conditional: true,
    responses: { 200: objectAnswer },
    sample: (world) => ({ params: { id: world['deletedCustomObject']! } }),
  })
  async restore(
    @Input() { params }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    await this.objects.restore(params.id, ifMatchOf(request), idempotencyOf(request));
    return this.tagged(reply, params.id);
  }

  private async tagged(reply: HeaderReply, id: string) {
    const object = await this.objects.get(id);
    reply.header('etag', `"${object.version}"`);
    return object;
  }
}
