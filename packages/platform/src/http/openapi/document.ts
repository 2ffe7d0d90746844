import type { EndpointSpec } from '../endpoint.js';
import { OperationWriter } from './operation-writer.js';
import type { ReplacedSchemas } from './schema-components.js';

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = Record<string, any>;

/**
 * Builds the OpenAPI 3.1 document from the endpoints' own zod schemas, so the document matches the validation. Schemas
 * with `.meta({id})` become components; the same id must always mean the same schema.
 * @param endpoints every declared endpoint
 * @param info title and version of the API
 * @param replaced schemas that components have instead of their own, by name
 * @throws Error naming a component that means two things
 */
export function buildOpenApi(
  endpoints: EndpointSpec[],
  info: { title: string; version: string },
  replaced: ReplacedSchemas = new Map(),
): OpenApiDocument {
  const specs = endpoints
    .filter((e) => !e.operational && !e.perTenant)
    .sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
  const writer = new OperationWriter(specs, replaced);
  const paths: Record<string, any> = {};
  const tags = new Set<string>();
  for (const spec of specs) {
    tags.add(spec.tag);
    const path = `/api/v1${spec.path}`;
    paths[path] ??= {};
    paths[path][spec.method] = writer.write(spec);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: info.title,
      version: info.version,
      description:
        'JSON API of Pellucid. Errors are RFC 9457 problem details. Writes accept an Idempotency-Key. Lists use keyset pagination. `x-object` and `x-operation` mark the operations that every object has, such as `list`: they differ only in the types of the records.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: [...tags].sort().map((name) => ({ name, description: `Operations on ${name.toLowerCase()}.` })),
    paths,
    components: {
      ...writer.components(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token from `POST /api/v1/auth/login`, or an API key.',
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Api-Key',
          description: "An API key. Operations on a person's own log-in require an access token.",
        },
      },
    },
  };
}
