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
import { ImportTemplatesService } from '../templates/import-templates.service.js';
import {
  templateChangeBody,
  templateCreateBody,
  templateListQuery,
  templateListSchema,
  templateSchema,
} from './import-templates.schemas.js';

type Reply = Parameters<typeof tagged>[0];

const access = { system: 'manageImports' };
const tag = 'Imports';
const sample = (world: Record<string, string>) => ({ params: { id: world['importTemplate']! } });

/** Endpoints of templates: options of imports that are kept by name. */
@Controller()
export class ImportTemplatesController {
  constructor(@Inject(ImportTemplatesService) private readonly templates: ImportTemplatesService) {}

  @Endpoint({
    method: 'get',
    path: '/import-templates',
    summary: 'List templates of imports',
    description: "The caller's own, and those that are shared.",
    tag,
    operationId: 'listImportTemplates',
    access,
    query: templateListQuery,
    responses: { 200: templateListSchema },
    sample: () => ({ query: { object: 'account' } }),
  })
  async list(@Input() { query }: ParsedInput) {
    const { templates, nextCursor } = await this.templates.list(query);
    return { data: templates, page: { nextCursor, hasMore: nextCursor !== null } };
  }

  @Endpoint({
    method: 'post',
    path: '/import-templates',
    summary: 'Keep the options of an import as a template',
    tag,
    operationId: 'createImportTemplate',
    access,
    body: templateCreateBody,
    status: 201,
    responses: { 201: templateSchema },
    sample: () => ({
      body: { name: 'Sample', options: { object: 'account', mode: 'create', mapping: { Name: 'name' } } },
    }),
  })
  async create(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const made = await this.templates.create(body, idempotencyOf(request));
    reply.header('location', `/api/v1/import-templates/${made.id}`);
    return tagged(reply, made);
  }

  @Endpoint({
    method: 'get',
    path: '/import-templates/{id}',
    summary: 'Get a template of imports',
    description:
      'Contains what the caller may use. `leftOut` names the columns whose fields are gone or not theirs to fill.',
    tag,
    operationId: 'getImportTemplate',
    access,
    params: idParams,
    conditional: true,
    responses: { 200: templateSchema },
    sample,
  })
  async get(@Input() { params }: ParsedInput, @Res({ passthrough: true }) reply: Reply) {
    return tagged(reply, await this.templates.get(params.id));
  }

  @Endpoint({
    method: 'patch',
    path: '/import-templates/{id}',
    summary: 'Rename, share or replace a template of imports',
    tag,
    operationId: 'changeImportTemplate',
    access,
    params: idParams,
    body: templateChangeBody,
    conditional: true,
    responses: { 200: templateSchema },
    sample: (world) => ({ ...sample(world), body: { name: 'Sample' } }),
  })
  async change(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    return tagged(
      reply,
      await this.templates.change(params.id, body, ifMatchOf(request), idempotencyOf(request)),
    );
  }

  @Endpoint({
    method: 'delete',
    path: '/import-templates/{id}',
    summary: 'Delete a template of imports',
    tag,
    operationId: 'deleteImportTemplate',
    access,
    params: idParams,
    conditional: true,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async remove(@Input() { params }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.templates.remove(params.id, ifMatchOf(request), idempotencyOf(request));
  }
}
