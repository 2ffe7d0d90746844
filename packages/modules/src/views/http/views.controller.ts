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
import { ViewsService } from '../views.service.js';
import { changeBody, createBody, listQuery, viewSchema, viewsSchema } from './views.schemas.js';

const views = resource({
  path: '/views',
  tag: 'Views',
  access: 'authenticated',
  answer: viewSchema,
  sample: (world) => ({ id: world['view']! }),
});
/** A view in one's own navigation. */
const pin = { person: true, conditional: false, status: 204, responses: { 204: null } };

/** Endpoints of saved views. */
@Controller()
export class ViewsController {
  constructor(@Inject(ViewsService) private readonly views: ViewsService) {}

  @Endpoint(
    views.list({
      operationId: 'listViews',
      summary: 'List saved views',
      description: 'Views of the caller, and those that are shared with them.',
      query: listQuery,
      responses: { 200: viewsSchema },
      sample: () => ({ query: { object: 'account' } }),
    }),
  )
  async list(@Input() { query }: ParsedInput) {
    const { data, nextCursor, ...more } = await this.views.list(query);
    return { ...listAnswer(data, nextCursor), ...more };
  }

  @Endpoint(
    views.create({
      operationId: 'createView',
      summary: 'Save a view',
      description:
        'Fields must be ones that the caller can filter and sort by. Views that are shared with a team or with everyone require the right to manage views.',
      body: createBody,
      sample: () => ({ body: { object: 'account', name: 'Sample' } }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.created(await this.views.create(body, exchange.idempotency));
  }

  @Endpoint(
    views.get({
      operationId: 'getView',
      summary: 'Get a saved view',
      description:
        "Contains what applies to the caller. `notes` says which parts use fields that they can't filter or sort by, without naming them, and which use fields that no longer exist.",
    }),
  )
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.views.get(params.id));
  }

  @Endpoint(
    views.change({
      operationId: 'changeView',
      summary: 'Change a saved view',
      body: changeBody,
      sample: () => ({ body: { name: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    return exchange.tagged(await this.views.change(params.id, body, ifMatch, idempotency));
  }

  @Endpoint(views.remove({ operationId: 'deleteView', summary: 'Delete a saved view' }))
  async remove(@Input() { params }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.views.remove(params.id, ifMatch, idempotency);
  }

  @Endpoint(
    views.one('put', '/pin', { operationId: 'pinView', summary: 'Pin a view to your navigation', ...pin }),
  )
  async pin(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.views.pin(params.id, true, exchange.idempotency);
  }

  @Endpoint(
    views.one('delete', '/pin', {
      operationId: 'unpinView',
      summary: 'Unpin a view from your navigation',
      ...pin,
    }),
  )
  async unpin(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<void> {
    await this.views.pin(params.id, false, exchange.idempotency);
  }
}
