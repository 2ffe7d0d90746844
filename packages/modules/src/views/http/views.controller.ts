import { Controller, Inject, Res } from '@nestjs/common';
import {
  type ApiRequest,
  Endpoint,
  idParams,
  Input,
  type ParsedInput,
  RawRequest,
} from '@pellucid/platform/http';
import { idempotencyOf, ifMatchOf, tagged } from '@pellucid/platform/records';
import { ViewsService } from '../views.service.js';
import { changeBody, createBody, listQuery, viewSchema, viewsSchema } from './views.schemas.js';

type Reply = Parameters<typeof tagged>[0];

const tag = 'Views';
const access = 'authenticated';
const sample = (world: Record<string, string>) => ({ params: { id: world['view']! } });

/** Endpoints of saved views. */
@Controller()
export class ViewsController {
  constructor(@Inject(ViewsService) private readonly views: ViewsService) {}

  @Endpoint({
    method: 'get',
    path: '/views',
    summary: 'List saved views',
    description: 'Views of the caller, and those that are shared with them.',
    tag,
    operationId: 'listViews',
    access,
    query: listQuery,
    responses: { 200: viewsSchema },
    sample: () => ({ query: { object: 'account' } }),
  })
  async list(@Input() { query }: ParsedInput) {
    const { nextCursor, ...found } = await this.views.list(query);
    return { ...found, page: { nextCursor, hasMore: nextCursor !== null } };
  }

  @Endpoint({
    method: 'post',
    path: '/views',
    summary: 'Save a view',
    description:
      'Fields must be ones that the caller can filter and sort by. Views that are shared with a team or with everyone require the right to manage views.',
    tag,
    operationId: 'createView',
    access,
    body: createBody,
    status: 201,
    responses: { 201: viewSchema },
    sample: () => ({ body: { object: 'account', name: 'Sample' } }),
  })
  async create(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const made = await this.views.create(body, idempotencyOf(request));
    reply.header('location', `/api/v1/views/${made.id}`);
    return tagged(reply, made);
  }

  @Endpoint({
    method: 'get',
    path: '/views/{id}',
    summary: 'Get a saved view',
    description:
      "Contains what applies to the caller. `notes` says which parts use fields that they can't filter or sort by, without naming them, and which use fields that no longer exist.",
    tag,
    operationId: 'getView',
    access,
    params: idParams,
    conditional: true,
    responses: { 200: viewSchema },
    sample,
  })
  async get(@Input() { params }: ParsedInput, @Res({ passthrough: true }) reply: Reply) {
    return tagged(reply, await this.views.get(params.id));
  }

  @Endpoint({
    method: 'patch',
    path: '/views/{id}',
    summary: 'Change a saved view',
    tag,
    operationId: 'changeView',
    access,
    params: idParams,
    body: changeBody,
    conditional: true,
    responses: { 200: viewSchema },
    sample: (world) => ({ ...sample(world), body: { name: 'Sample' } }),
  })
  async change(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const changed = await this.views.change(params.id, body, ifMatchOf(request), idempotencyOf(request));
    return tagged(reply, changed);
  }

  @Endpoint({
    method: 'delete',
    path: '/views/{id}',
    summary: 'Delete a saved view',
    tag,
    operationId: 'deleteView',
    access,
    params: idParams,
    conditional: true,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async remove(@Input() { params }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.views.remove(params.id, ifMatchOf(request), idempotencyOf(request));
  }

  @Endpoint({
    method: 'put',
    path: '/views/{id}/pin',
    summary: 'Pin a view to your navigation',
    tag,
    operationId: 'pinView',
    access,
    person: true,
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async pin(@Input() { params }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.views.pin(params.id, true, idempotencyOf(request));
  }

  @Endpoint({
    method: 'delete',
    path: '/views/{id}/pin',
    summary: 'Unpin a view from your navigation',
    tag,
    operationId: 'unpinView',
    access,
    person: true,
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async unpin(@Input() { params }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.views.pin(params.id, false, idempotencyOf(request));
  }
}
