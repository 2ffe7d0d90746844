import { IDEMPOTENCY_KEPT_HOURS } from '../jobs/retention.js';
import { z } from 'zod';
import { type EndpointSpec, problemSchema } from './endpoint.js';

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = Record<string, any>;

const FAILURES: Record<number, string> = {
  400: "The path, query, cursor or JSON can't be read",
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflicts with existing data',
  412: 'Changed by someone else in the meantime',
  422: 'Invalid fields or rules not met',
  429: 'Too many requests',
};

/**
 * Builds the OpenAPI 3.1 document from the endpoints' own zod schemas, so the document matches the validation. Schemas
 * with `.meta({id})` become components; the same id must always mean the same schema.
 * @param endpoints every declared endpoint
 * @param info title and version of the API
 */
export function buildOpenApi(
  endpoints: EndpointSpec[],
  info: { title: string; version: string },
): OpenApiDocument {
  const components: Record<string, any> = {};
  const toSchema = (schema: z.ZodType, io: 'input' | 'output') => convert(schema, io, components);
  const paths: Record<string, any> = {};
  const tags = new Set<string>();
  for (const spec of endpoints
    .filter((e) => !e.operational)
    .sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))) {
    tags.add(spec.tag);
    const path = `/api/v1${spec.path}`;
    paths[path] ??= {};
    paths[path][spec.method] = operation(spec, toSchema);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: info.title,
      version: info.version,
      description:
        'JSON API of Pellucid. Errors are RFC 9457 problem details. Writes accept an Idempotency-Key. Lists use keyset pagination.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: [...tags].sort().map((name) => ({ name, description: `Operations on ${name.toLowerCase()}.` })),
    paths,
    components: {
      schemas: sortKeys(components),
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

function operation(spec: EndpointSpec, toSchema: (s: z.ZodType, io: 'input' | 'output') => any) {
  const parameters: any[] = [];
  for (const [where, schema] of [
    ['path', spec.params],
    ['query', spec.query],
  ] as const) {
    for (const [name, field] of Object.entries(schema?.shape ?? {})) {
      const json = toSchema(field as z.ZodType, 'input');
      const { description, ...rest } = json;
      parameters.push({
        name,
        in: where,
        required: where === 'path' || !(field as z.ZodType).safeParse(undefined).success,
        ...(description ? { description } : {}),
        schema: rest,
      });
    }
  }
  const writes = spec.method !== 'get';
  if (writes && spec.idempotent !== false && spec.access !== 'public')
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: `For ${IDEMPOTENCY_KEPT_HOURS} hours, the same key with the same body returns the first response again; another body returns 422.`,
      schema: { type: 'string', minLength: 1, maxLength: 200 },
    });
  if (spec.conditional && writes)
    parameters.push({
      name: 'If-Match',
      in: 'header',
      required: false,
      description: 'The ETag of the version you are changing.',
      schema: { type: 'string' },
    });
  const body = spec.body ?? spec.documentedBody;
  const responses: Record<string, any> = {};
  for (const [status, schema] of Object.entries(spec.responses))
    responses[status] = {
      description: Number(status) < 300 ? 'Done' : (FAILURES[Number(status)] ?? 'Failed'),
      ...(typeof schema === 'string'
        ? { content: { [schema]: { schema: { type: 'string' } } } }
        : schema
          ? { content: { 'application/json': { schema: toSchema(schema, 'output') } } }
          : {}),
      ...(spec.conditional && Number(status) < 300
        ? {
            headers: {
              ETag: { description: 'The version of the record, in quotes.', schema: { type: 'string' } },
            },
          }
        : {}),
    };
  const failures = [
    400,
    ...(spec.access === 'public' ? [] : [401, 403]),
    ...(spec.params ? [404] : []),
    ...(writes ? [409, 422] : []),
    ...(spec.conditional && writes ? [412] : []),
    429,
  ];
  for (const status of failures)
    responses[status] ??= {
      description: FAILURES[status],
      content: { 'application/problem+json': { schema: toSchema(problemSchema, 'output') } },
    };
  return {
    operationId: spec.operationId,
    summary: spec.summary,
    ...(spec.description ? { description: spec.description } : {}),
    tags: [spec.tag],
    ...(spec.access === 'public' ? { security: [] } : spec.person ? { security: [{ bearer: [] }] } : {}),
    ...(parameters.length ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: toSchema(body, 'input') } },
          },
        }
      : spec.multipart
        ? {
            requestBody: {
              required: true,
              content: { 'multipart/form-data': { schema: toSchema(spec.multipart.schema, 'input') } },
            },
          }
        : {}),
    responses,
  };
}

/** Converts zod to JSON Schema 2020-12 with shared components; definitions of nested ids move up to the document. */
function convert(schema: z.ZodType, io: 'input' | 'output', components: Record<string, any>): any {
  const json: any = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    reused: 'inline',
  });
  const id = json.id ?? (schema.meta?.() as { id?: string } | undefined)?.id;
  const defs = json.$defs ?? {};
  delete json.$defs;
  delete json.$schema;
  for (const [name, def] of Object.entries(defs)) components[name] ??= rewrite(def);
  const result = rewrite(json);
  delete result.id;
  if (!id) return result;
  components[id] ??= result;
  return { $ref: `#/components/schemas/${id}` };
}

function rewrite(node: any): any {
  if (Array.isArray(node)) return node.map(rewrite);
  if (!node || typeof node !== 'object') return node;
  const copy: any = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'id' && typeof value === 'string' && ('type' in node || '$ref' in node || 'anyOf' in node))
      continue;
    if (key === '$ref' && typeof value === 'string')
      copy.$ref = value.replace('#/$defs/', '#/components/schemas/');
    else copy[key] = rewrite(value);
  }
  return copy;
}

function sortKeys(value: Record<string, any>) {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}
