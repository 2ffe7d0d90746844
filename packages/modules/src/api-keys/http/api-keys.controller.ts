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

type Reply = Parameters<typeof tagged>[0];

const access = { system: 'manageIntegrations' };
const tag = 'API keys';
const one = { access, tag, params: idParams };
const sample = (world: Record<string, string>) => ({ params: { id: world['apiKey']! } });

/** Endpoints of API keys. */
@Controller()
export class ApiKeysController {
  constructor(@Inject(ApiKeysService) private readonly keys: ApiKeysService) {}

  @Endpoint({
    method: 'get',
    path: '/api-keys',
    summary: 'List API keys, newest first',
    tag,
    operationId: 'listApiKeys',
    access,
    query: listQuery,
    responses: { 200: apiKeyListSchema },
    sample: () => ({}),
  })
  async list(@Input() { query }: ParsedInput) {
    const { data, nextCursor } = await this.keys.list(query);
    return { data, page: { nextCursor, hasMore: nextCursor !== null } };
  }

  @Endpoint({
    method: 'post',
    path: '/api-keys',
    summary: 'Create an API key',
    description:
      "Only this response contains the key. Send it as `Authorization: Bearer` or `X-Api-Key`. Its role can't have rights that its creator doesn't have.",
    tag,
    operationId: 'createApiKey',
    access,
    body: createBody,
    status: 201,
    responses: { 201: shownApiKeySchema },
    sample: (world) => ({ body: { name: 'Sample', roleId: world['role'] } }),
  })
  async create(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const made = await this.keys.create(body, idempotencyOf(request));
    reply.header('location', `/api/v1/api-keys/${made.id}`);
    return made;
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/api-keys/{id}',
    summary: 'Get an API key',
    operationId: 'getApiKey',
    conditional: true,
    responses: { 200: apiKeySchema },
    sample,
  })
  async get(@Input() { params }: ParsedInput, @Res({ passthrough: true }) reply: Reply) {
    return tagged(reply, await this.keys.get(params.id));
  }

  @Endpoint({
    ...one,
    method: 'patch',
    path: '/api-keys/{id}',
    summary: 'Change an API key',
    description:
      "Fields you leave out stay as they are. Requires all rights of the key's current role and of its new one.",
    operationId: 'changeApiKey',
    conditional: true,
    body: changeBody,
    responses: { 200: apiKeySchema },
    sample: (world) => ({ ...sample(world), body: { name: 'Sample' } }),
  })
  async change(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const changed = await this.keys.change(params.id, body, ifMatchOf(request), idempotencyOf(request));
    return tagged(reply, changed);
  }

  @Endpoint({
    ...one,
    method: 'delete',
    path: '/api-keys/{id}',
    summary: 'Revoke an API key',
    description: 'The key stops working, on every replica within a second. It stays in the list.',
    operationId: 'revokeApiKey',
    // Revoking twice changes nothing.
    idempotent: false,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async revoke(@Input() { params }: ParsedInput): Promise<void> {
    await this.keys.revoke(params.id);
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/api-keys/{id}/rotate',
    summary: 'Rotate an API key',
    description: 'Only this response contains the new key. The current key keeps working for the overlap.',
    operationId: 'rotateApiKey',
    body: rotateBody,
    responses: { 200: shownApiKeySchema },
    sample: (world) => ({ ...sample(world), body: { overlapMinutes: 5 } }),
  })
  rotate(@Input() { params, body }: ParsedInput, @RawRequest() request: ApiRequest) {
    return this.keys.rotate(params.id, body, idempotencyOf(request));
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/api-keys/{id}/usage',
    summary: 'Get the daily usage of an API key',
    description:
      'Covers each of the last days, oldest first. Lags by a few seconds because usage is written in batches.',
    operationId: 'getApiKeyUsage',
    query: usageQuery,
    responses: { 200: usageSchema },
    sample,
  })
  async usage(@Input() { params, query }: ParsedInput) {
    return { data: await this.keys.usage(params.id, query.days) };
  }
}
