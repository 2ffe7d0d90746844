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
import { RecordTemplatesService } from '../record-templates.service.js';
import {
  templateChangeBody,
  templateCreateBody,
  templateListQuery,
  templateListSchema,
  templateSchema,
} from './templates.schemas.js';

const templates = resource({
  path: '/record-templates',
  tag: 'Templates',
  access: 'authenticated',
  answer: templateSchema,
  sample: (world) => ({ id: world['recordTemplate']! }),
});

/** Endpoints of templates: values that new records start with. */
@Controller()
export class TemplatesController {
  constructor(@Inject(RecordTemplatesService) private readonly templates: RecordTemplatesService) {}

  @Endpoint(
    templates.list({
      operationId: 'listRecordTemplates',
      summary: 'List templates of records',
      description: "The caller's own, and those that are shared, of objects whose records they may create.",
      query: templateListQuery,
      responses: { 200: templateListSchema },
      sample: () => ({ query: { object: 'task' } }),
    }),
  )
  async list(@Input() { query }: ParsedInput) {
    const found = await this.templates.list(query);
    return listAnswer(found.templates, found.nextCursor);
  }

  @Endpoint(
    templates.create({
      operationId: 'createRecordTemplate',
      summary: 'Keep values for new records as a template',
      body: templateCreateBody,
      sample: () => ({ body: { object: 'task', name: 'Sample', values: { name: 'Call back' } } }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { values: content, ...kept } = body;
    return exchange.created(await this.templates.create({ ...kept, content }, exchange.idempotency));
  }

  @Endpoint(
    templates.get({
      operationId: 'getRecordTemplate',
      summary: 'Get a template of records',
      description: 'Contains the values of fields that the caller fills in such records and sees in clear.',
    }),
  )
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.templates.get(params.id));
  }

  @Endpoint(
    templates.change({
      operationId: 'changeRecordTemplate',
      summary: 'Rename, share or replace a template of records',
      body: templateChangeBody,
      sample: () => ({ body: { name: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    const { values: content, ...named } = body;
    const change = { ...named, content };
    return exchange.tagged(await this.templates.change(params.id, change, ifMatch, idempotency));
  }

  @Endpoint(
    templates.remove({ operationId: 'deleteRecordTemplate', summary: 'Delete a template of records' }),
  )
  async remove(@Input() { params }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.templates.remove(params.id, ifMatch, idempotency);
  }
}
