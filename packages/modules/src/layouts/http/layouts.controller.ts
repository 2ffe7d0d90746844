import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
  resource,
} from '@pellucid/platform/http';
import { z } from 'zod';
import {
  layoutAnswer,
  layoutChangeBody,
  layoutCreateBody,
  layoutsAnswer,
  ownLayoutsAnswer,
} from '../layouts.schema.js';
import { LayoutsService } from '../layouts.service.js';

const objectParams = z.strictObject({
  key: z.string().max(100).meta({ description: 'Key or path of an object.' }),
});
const content = { sections: [{ title: null, pieces: [{ field: 'name' }] }] };
const layouts = resource({
  path: '/objects/{key}/layouts',
  tag: 'Layouts',
  access: { system: 'manageFields' },
  params: objectParams,
  answer: layoutAnswer,
  sample: (world) => ({ key: 'account', id: world['layout']! }),
});

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
    tag: 'Layouts',
    access: 'authenticated',
    params: objectParams,
    responses: { 200: ownLayoutsAnswer },
    sample: () => ({ params: { key: 'account' } }),
  })
  async own(@Input() { params }: ParsedInput) {
    return { data: await this.layouts.own(params.key) };
  }

  @Endpoint(
    layouts.list({
      operationId: 'listLayouts',
      summary: 'List all layouts of an object, in the order in which they are tried',
      responses: { 200: layoutsAnswer },
    }),
  )
  async list(@Input() { params }: ParsedInput) {
    return { data: await this.layouts.list(params.key) };
  }

  @Endpoint(
    layouts.create({
      operationId: 'createLayout',
      summary: 'Create a layout',
      body: layoutCreateBody,
      sample: () => ({ body: { kind: 'peek', content } }),
    }),
  )
  async create(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const id = await this.layouts.create(params.key, body, exchange.idempotency);
    return exchange.created(await this.layouts.get(params.key, id));
  }

  @Endpoint(layouts.get({ operationId: 'getLayout', summary: 'Get a layout' }))
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.layouts.get(params.key, params.id));
  }

  @Endpoint(
    layouts.replace({
      operationId: 'replaceLayout',
      summary: 'Replace a layout',
      body: layoutChangeBody,
      sample: () => ({ body: { content } }),
    }),
  )
  async replace(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.layouts.replace(params.key, params.id, body, exchange.ifMatch, exchange.idempotency);
    return exchange.tagged(await this.layouts.get(params.key, params.id));
  }

  @Endpoint(
    layouts.remove({
      operationId: 'deleteLayout',
      summary: 'Delete a layout',
      description: 'Afterwards the next layout that fits is used, or the description of the object.',
    }),
  )
  async remove(@Input() { params }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.layouts.remove(params.key, params.id, ifMatch, idempotency);
  }
}
