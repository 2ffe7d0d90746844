import { Controller, Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { buildOpenApi, Endpoint, EndpointRegistry, type OpenApiDocument } from '@pellucid/platform/http';
import { z } from 'zod';

/** Title and version in the OpenAPI document. */
export const API_INFO = { title: 'Pellucid API', version: '1.0.0' };

/** Serves the OpenAPI document. */
@Controller()
export class OpenApiController {
  private document: OpenApiDocument | undefined;

  constructor(
    @Inject(EndpointRegistry) private readonly endpoints: EndpointRegistry,
    @Inject(AccessDirectory) readonly access: AccessDirectory,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    tag: 'Objects',
    access: 'public',
    responses: { 200: z.record(z.string(), z.unknown()) },
  })
  get(): OpenApiDocument {
    this.document ??= buildOpenApi(this.endpoints.all(), API_INFO);
    return this.document;
  }
}
