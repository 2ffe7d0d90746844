import { Controller, Inject } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import {
  type ApiRequest,
  AUTHENTICATOR,
  type Authenticator,
  buildOpenApi,
  Endpoint,
  EndpointRegistry,
  type OpenApiDocument,
  RawRequest,
} from '@pellucid/platform/http';
import { RecordRegistry, tenantEndpoints } from '@pellucid/platform/records';
import { z } from 'zod';

/** Title and version in the OpenAPI document. */
export const API_INFO = { title: 'Pellucid API', version: '1.0.0' };

/** Documents of companies that are kept: each takes about as much memory as half a megabyte of JSON. */
const MAX_KEPT = 20;

/** Serves the OpenAPI document: the product's, and with a token that of the caller's company. */
@Controller()
export class OpenApiController {
  private document: OpenApiDocument | undefined;
  /** The latest ones, by company. */
  private readonly ofTenants = new Map<
    string,
    { definitions: TenantSnapshot['definitions']; document: OpenApiDocument }
  >();

  constructor(
    @Inject(EndpointRegistry) private readonly endpoints: EndpointRegistry,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    description: "With a token, it also has the objects and fields that the caller's company made.",
    tag: 'Objects',
    access: 'public',
    responses: { 200: z.record(z.string(), z.unknown()) },
  })
  async get(@RawRequest() request: ApiRequest): Promise<OpenApiDocument> {
    const { authorization, 'x-api-key': key } = request.headers;
    if (authorization !== undefined || key !== undefined) {
      await this.authenticator.authenticate(request);
      const snapshot = await this.access.current();
      if (snapshot.definitions.size) return this.ofTenant(snapshot);
    }
    this.document ??= buildOpenApi(this.endpoints.all(), API_INFO);
    return this.document;
  }

  private ofTenant(snapshot: TenantSnapshot): OpenApiDocument {
    const kept = this.ofTenants.get(snapshot.tenantId);
    if (kept?.definitions === snapshot.definitions) return kept.document;
    const { endpoints, replaced } = tenantEndpoints(this.registry, snapshot);
    const document = buildOpenApi([...this.endpoints.all(), ...endpoints], API_INFO, replaced);
    this.ofTenants.delete(snapshot.tenantId);
    this.ofTenants.set(snapshot.tenantId, { definitions: snapshot.definitions, document });
    const [oldest] = this.ofTenants.keys();
    if (this.ofTenants.size > MAX_KEPT) this.ofTenants.delete(oldest!);
    return document;
  }
}
