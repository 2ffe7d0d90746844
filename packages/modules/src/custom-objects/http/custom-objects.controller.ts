import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
  resource,
} from '@pellucid/platform/http';
import { CustomObjectsService, MAX_OBJECTS } from '../custom-objects.service.js';
import {
  objectAnswer,
  objectChangeBody,
  objectCreateBody,
  objectDeleteQuery,
  objectsAnswer,
  objectsQuery,
} from './custom-objects.schemas.js';

const objects = resource({
  path: '/custom-objects',
  tag: 'Custom objects',
  access: { system: 'manageFields' },
  answer: objectAnswer,
  sample: (world) => ({ id: world['customObject']! }),
});

/** Endpoints of the objects that a company makes. */
@Controller()
export class CustomObjectsController {
  constructor(@Inject(CustomObjectsService) private readonly objects: CustomObjectsService) {}

  @Endpoint(
    objects.list({
      operationId: 'listCustomObjects',
      summary: 'List the objects that the company made',
      query: objectsQuery,
      responses: { 200: objectsAnswer },
    }),
  )
  async list(@Input() { query }: ParsedInput) {
    return { data: await this.objects.list(query.deleted ?? false), limit: MAX_OBJECTS };
  }

  @Endpoint(objects.get({ operationId: 'getCustomObject', summary: 'Get one object' }))
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.objects.get(params.id));
  }

  @Endpoint(
    objects.create({
      operationId: 'createCustomObject',
      summary: 'Make an object',
      description:
        "Its records are served at once at `/api/v1/{plural}`, on every replica within a second, with everything that other objects' records have. Add fields to it with POST /custom-fields.",
      body: objectCreateBody,
      sample: () => ({
        body: { name: 'sample', plural: 'samples', label: 'Sample', pluralLabel: 'Samples' },
      }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const id = await this.objects.create(body, exchange.idempotency);
    return exchange.created(await this.objects.get(id));
  }

  @Endpoint(
    objects.change({
      operationId: 'changeCustomObject',
      summary: 'Change an object',
      description:
        'What is left out stays; null removes a setting. If records get other names, a job renames existing ones.',
      body: objectChangeBody,
      sample: () => ({ body: { label: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.objects.change(params.id, body, exchange.ifMatch, exchange.idempotency);
    return exchange.tagged(await this.objects.get(params.id));
  }

  @Endpoint(
    objects.remove({
      operationId: 'deleteCustomObject',
      summary: 'Delete an object',
      description:
        '409 if fields of other objects refer to it, or if it has records, unless they are deleted too. It can be restored with its fields and records for 30 days.',
      query: objectDeleteQuery,
    }),
  )
  async remove(@Input() { params, query }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.objects.remove(params.id, query.records, ifMatch, idempotency);
  }

  @Endpoint(
    objects.post('/restore', {
      operationId: 'restoreCustomObject',
      summary: 'Restore a deleted object with its fields and records',
      sample: (world) => ({ params: { id: world['deletedCustomObject']! } }),
    }),
  )
  async restore(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.objects.restore(params.id, exchange.ifMatch, exchange.idempotency);
    return exchange.tagged(await this.objects.get(params.id));
  }
}
