import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  listAnswer,
  type ParsedInput,
  resource,
} from '@pellucid/platform/http';
import { ImportTemplatesService } from '../templates/import-templates.service.js';
import {
  templateChangeBody,
  templateCreateBody,
  templateListQuery,
  templateListSchema,
  templateSchema,
} from './import-templates.schemas.js';

const templates = resource({
  path: '/import-templates',
  tag: 'Imports',
  access: { system: 'manageImports' },
  answer: templateSchema,
  sample: (world) => ({ id: world['importTemplate']! }),
});

/** Endpoints of templates: options of imports that are kept by name. */
@Controller()
export class ImportTemplatesController {
  constructor(@Inject(ImportTemplatesService) private readonly templates: ImportTemplatesService) {}

  @Endpoint(
    templates.list({
      operationId: 'listImportTemplates',
      summary: 'List templates of imports',
      description: "The caller's own, and those that are shared.",
      query: templateListQuery,
      responses: { 200: templateListSchema },
      sample: () => ({ query: { object: 'account' } }),
    }),
  )
  async list(@Input() { query }: ParsedInput) {
    const found = await this.templates.list(query);
    return listAnswer(found.templates, found.nextCursor);
  }

  @Endpoint(
    templates.create({
      operationId: 'createImportTemplate',
      summary: 'Keep the options of an import as a template',
      body: templateCreateBody,
      sample: () => ({
        body: { name: 'Sample', options: { object: 'account', mode: 'create', mapping: { Name: 'name' } } },
      }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { name, options, isShared } = body;
    const kept = { object: options.object, name, content: options, isShared };
    return exchange.created(await this.templates.create(kept, exchange.idempotency));
  }

  @Endpoint(
    templates.get({
      operationId: 'getImportTemplate',
      summary: 'Get a template of imports',
      description:
        'Contains what the caller may use. `leftOut` names the columns whose fields are gone or not theirs to fill.',
    }),
  )
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.templates.get(params.id));
  }

  @Endpoint(
    templates.change({
      operationId: 'changeImportTemplate',
      summary: 'Rename, share or replace a template of imports',
      body: templateChangeBody,
      sample: () => ({ body: { name: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    const { name, options, isShared } = body;
    const change = { name, isShared, ...(options && { object: options.object, content: options }) };
    return exchange.tagged(await this.templates.change(params.id, change, ifMatch, idempotency));
  }

  @Endpoint(
    templates.remove({ operationId: 'deleteImportTemplate', summary: 'Delete a template of imports' }),
  )
  async remove(@Input() { params }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.templates.remove(params.id, ifMatch, idempotency);
  }
}
