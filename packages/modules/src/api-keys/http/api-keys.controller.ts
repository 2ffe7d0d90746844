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
import { ApiKeysService } from '../api-keys.service.js';
import {
  apiKeyListSchema,
  apiKeySchema,
  changeBody,
  createBody,
  listQuery,
  rotateBody,
  shownApiKeySchema,
  usageQuery,
  usageSchema,
} from './api-keys.schemas.js';

const keys = resource({
  path: '/api-keys',
  tag: 'API keys',
  access: { system: 'manageIntegrations' },
  answer: apiKeySchema,
  sample: (world) => ({ id: world['apiKey']! }),
});

/** Endpoints of API keys. */
@Controller()
export class ApiKeysController {
  constructor(@Inject(ApiKeysService) private readonly keys: ApiKeysService) {}

  @Endpoint(
    keys.list({
      operationId: 'listApiKeys',
      summary: 'List API keys, newest first',
      query: listQuery,
      responses: { 200: apiKeyListSchema },
    }),
  )
  async list(@Input() { query }: ParsedInput) {
    const { data, nextCursor } = await this.keys.list(query);
    return listAnswer(data, nextCursor);
  }

  @Endpoint(
    keys.create({
      operationId: 'createApiKey',
      summary: 'Create an API key',
      description:
        "Only this response contains the key. Send it as `Authorization: Bearer` or `X-Api-Key`. Its role can't have rights that its creator doesn't have.",
      body: createBody,
      responses: { 201: shownApiKeySchema },
      sample: (world) => ({ body: { name: 'Sample', roleId: world['role'] } }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.created(await this.keys.create(body, exchange.idempotency));
  }

  @Endpoint(keys.get({ operationId: 'getApiKey', summary: 'Get an API key' }))
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.keys.get(params.id));
  }

  @Endpoint(
    keys.change({
      operationId: 'changeApiKey',
      summary: 'Change an API key',
      description:
        "Fields you leave out stay as they are. Requires all rights of the key's current role and of its new one.",
      body: changeBody,
      sample: () => ({ body: { name: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { ifMatch, idempotency } = exchange;
    return exchange.tagged(await this.keys.change(params.id, body, ifMatch, idempotency));
  }

  @Endpoint(
    keys.remove({
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key',
      description: 'The key stops working, on every replica within a second. It stays in the list.',
      // Revoking twice changes nothing, and no version of a key keeps it from being revoked.
      idempotent: false,
      conditional: false,
    }),
  )
  async revoke(@Input() { params }: ParsedInput): Promise<void> {
    await this.keys.revoke(params.id);
  }

  @Endpoint(
    keys.post('/rotate', {
      operationId: 'rotateApiKey',
      summary: 'Rotate an API key',
      description: 'Only this response contains the new key. The current key keeps working for the overlap.',
      conditional: false,
      body: rotateBody,
      responses: { 200: shownApiKeySchema },
      sample: () => ({ body: { overlapMinutes: 5 } }),
    }),
  )
  rotate(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.keys.rotate(params.id, body, exchange.idempotency);
  }

  @Endpoint(
    keys.one('get', '/usage', {
      operationId: 'getApiKeyUsage',
      summary: 'Get the daily usage of an API key',
      description:
        'Covers each of the last days, oldest first. Lags by a few seconds because usage is written in batches.',
      conditional: false,
      query: usageQuery,
      responses: { 200: usageSchema },
    }),
  )
  async usage(@Input() { params, query }: ParsedInput) {
    return { data: await this.keys.usage(params.id, query.days) };
  }
}
