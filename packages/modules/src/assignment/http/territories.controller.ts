import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
  resource,
} from '@pellucid/platform/http';
import {
  territoriesAnswer,
  territoryAnswer,
  territoryChangeBody,
  territoryCreateBody,
} from '../rules/assignment-rules.schema.js';
import { TerritoriesService } from '../territories/territories.service.js';

const territories = resource({
  path: '/territories',
  tag: 'Lead assignment',
  access: { system: 'manageAssignment' },
  answer: territoryAnswer,
  sample: (world) => ({ id: world['territory']! }),
});

/** Endpoints of territories. */
@Controller()
export class TerritoriesController {
  constructor(@Inject(TerritoriesService) private readonly territories: TerritoriesService) {}

  @Endpoint(
    territories.list({
      operationId: 'listTerritories',
      summary: 'List the territories, by name',
      responses: { 200: territoriesAnswer },
    }),
  )
  async list() {
    return this.territories.named();
  }

  @Endpoint(
    territories.create({
      operationId: 'createTerritory',
      summary: 'Create a territory',
      description:
        'A named condition over leads, such as their address and industry, and the team that works there. A lead that fits several is in the first one by name.',
      body: territoryCreateBody,
      sample: (world) => ({
        body: {
          name: 'Sample',
          condition: { field: 'country', op: 'eq', value: 'France' },
          team: world['team']!,
        },
      }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.created(await this.territories.create(body, exchange.idempotency));
  }

  @Endpoint(territories.get({ operationId: 'getTerritory', summary: 'Get a territory' }))
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.territories.get(params.id));
  }

  @Endpoint(
    territories.change({
      operationId: 'changeTerritory',
      summary: 'Change a territory',
      body: territoryChangeBody,
      sample: () => ({ body: { name: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    return exchange.tagged(await this.territories.change(params.id, body, ifMatch, idempotency));
  }

  @Endpoint(
    territories.remove({
      operationId: 'deleteTerritory',
      summary: 'Delete a territory',
      description: 'Refused with 409 `territoryUsed` while a rule uses it.',
    }),
  )
  async remove(@Input() { params }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.territories.remove(params.id, ifMatch, idempotency);
  }
}
