import { Controller, Inject, Res } from '@nestjs/common';
import { type ApiRequest, Endpoint, Input, type ParsedInput, RawRequest } from '@pellucid/platform/http';
import { idempotencyOf, ifMatchOf } from '@pellucid/platform/records';
import { z } from 'zod';
import {
  layoutAnswer,
  layoutChangeBody,
  layoutCreateBody,
  layoutsAnswer,
  ownLayoutsAnswer,
} from '../layouts.schema.js';
import { LayoutsService } from '../layouts.service.js';

const tag = 'Layouts';
const access = { system: 'manageFields' };
const key = z.string().max(100).meta({ description: 'Key or path of an object.' });
const objectParams = z.strictObject({ key });
const layoutParams = z.strictObject({ key, id: z.uuid() });
const content = { sections: [{ title: null, pieces: [{ field: 'name' }] }] };
const sample = (world: Record<string, string>) => ({ params: { key: 'account', id: world['layout']! } });

/** The part of a reply that this controller needs. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** Endpoints of layouts: how forms, detail pages, peeks and cards of an object look. */
@Controller()
export class LayoutsController {
  constructor(@Inject(LayoutsService) private readonly layouts: LayoutsService) {}

  @Endpoint({
    method: 'get',
    path: '/objects/{key}/layout',
    operationId: 'getOwnLayouts',
    summary: "List the object's layouts that apply to the caller",
    description:
      'Of each kind, use the first whose `recordType` the record has. If there is none, follow the description from `GET /objects/{key}`. Fields that the caller does not see are left out.',
    tag,
    access: 'authenticated',
    params: objectParams,
    responses: { 200: ownLayoutsAnswer },
    sample: () => ({ params: { key: 'account' } }),
  })
  async own(@Input() { params }: ParsedInput) {
    return { data: await this.layouts.own(params.key) };
  }

  @Endpoint({
    method: 'get',
    path: '/objects/{key}/layouts',
    operationId: 'listLayouts',
    summary: 'List all layouts of an object, in the order in which they are tried',
    tag,
    access,
    params: objectParams,
    responses: { 200: layoutsAnswer },
    sample: () => ({ params: { key: 'account' } }),
  })
  async list(@Input() { params }: ParsedInput) {
    return { data: await this.layouts.list(params.key) };
  }

  @Endpoint({
    method: 'post',
    path: '/objects/{key}/layouts',
    operationId: 'createLayout',
    summary: 'Create a layout',
    tag,
    access,
    params: objectParams,
    body: layoutCreateBody,
    status: 201,
    conditional: true,
    responses: { 201: layoutAnswer },
    sample: () => ({ params: { key: 'account' }, body: { kind: 'peek', content } }),
  })
  async create(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    const id = await this.layouts.create(params.key, body, idempotencyOf(request));
    reply.header('location', `/api/v1/objects/${params.key}/layouts/${id}`);
    return this.tagged(reply, params.key, id);
  }

  @Endpoint({
    method: 'get',
    path: '/objects/{key}/layouts/{id}',
    operationId: 'getLayout',
    summary: 'Get a layout',
    tag,
    access,
    params: layoutParams,
    conditional: true,
    responses: { 200: layoutAnswer },
    sample,
  })
  async get(@Input() { params }: ParsedInput, @Res({ passthrough: true }) reply: HeaderReply) {
    return this.tagged(reply, params.key, params.id);
  }

  @Endpoint({
    method: 'put',
    path: '/objects/{key}/layouts/{id}',
    operationId: 'replaceLayout',
    summary: 'Replace a layout',
    tag,
    access,
    params: layoutParams,
    body: layoutChangeBody,
    conditional: true,
    responses: { 200: layoutAnswer },
    sample: (world) => ({ ...sample(world), body: { content } }),
  })
  async replace(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    await this.layouts.replace(params.key, params.id, body, ifMatchOf(request), idempotencyOf(request));
    return this.tagged(reply, params.key, params.id);
  }

  @Endpoint({
    method: 'delete',
    path: '/objects/{key}/layouts/{id}',
    operationId: 'deleteLayout',
    summary: 'Delete a layout',
    description: 'Afterwards the next layout that fits is used, or the description of the object.',
    tag,
    access,
    params: layoutParams,
    status: 204,
    conditional: true,
    responses: { 204: null },
    sample,
  })
  async remove(@Input() { params }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.layouts.remove(params.key, params.id, ifMatchOf(request), idempotencyOf(request));
  }

  private async tagged(reply: HeaderReply, object: string, id: string) {
    const layout = await this.layouts.get(object, id);
    reply.header('etag', `"${layout.version}"`);
    return layout;
  }
}
