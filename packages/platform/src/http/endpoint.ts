import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

/**
 * Who may call an endpoint.
 * `public`: anybody. `authenticated`: any member of the tenant. An object with an action, or a system permission:
 * whoever has that permission. An object that the tenant made is named by the path parameter `object`, and answers 404 if
 * there is none, or if it does not offer the operation.
 */
export type Access =
  | 'public'
  | 'authenticated'
  | { object: string; action: string }
  | { customObject: 'byPath'; action: string; offers?: ObjectOperation }
  | { system: string };

/** An operation that an object may or may not offer. */
export type ObjectOperation = 'create' | 'update' | 'delete';

/** One part of a multipart body, for the API document. */
export interface MultipartSpec {
  schema: z.ZodType;
}

/** The full description of an endpoint, used by the guard, the validator, the OpenAPI document and the sweeps. */
export interface EndpointSpec {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Path below /api/v1 in OpenAPI form, e.g. `/accounts/{id}`. */
  path: string;
  /** One line in the imperative. */
  summary: string;
  description?: string;
  /** Group in the API document. */
  tag: string;
  operationId: string;
  /**
   * Which of the operations that every object has this is (`list`), and of which object (`account`). Clients have one
   * function for each of them instead of one for each object.
   */
  kind?: { object: string; operation: string };
  access: Access;
  /** Only for people: concerns the caller's own log-in, sessions or memberships. API keys are refused with 403. */
  person?: boolean;
  /** Open to a session that has not proven the second factor its company requires; all other endpoints answer 403. */
  beforeSecondFactor?: boolean;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Validates the body (422). */
  body?: z.ZodType;
  /** Documents a body that is validated elsewhere (by the record engine, with the tenant's fields). */
  documentedBody?: z.ZodType;
  multipart?: MultipartSpec;
  /** Media type of a body that the handler reads as a stream of bytes. */
  bytes?: string;
  /** Success status; 200 by default. */
  status?: number;
  /** Response by status. `null` means no body; a string is a media type other than JSON. */
  responses: Record<number, z.ZodType | null | string>;
  /** A POST that changes nothing, such as a list with a long filter. Allowed while viewing as a role. */
  reads?: boolean;
  /** Whether an Idempotency-Key is accepted. Writes accept it; an exception has its reason beside it. */
  idempotent?: boolean;
  /** Whether the response carries an ETag and the request may carry If-Match. */
  conditional?: boolean;
  /** Serves what each tenant defines, so the product's API document leaves it out; the tenant's has it for each object. */
  perTenant?: boolean;
  /** Served outside of /api/v1 for operators (health); not part of the API document. */
  operational?: boolean;
  /** Returns sample path parameters of the acting tenant for the sweeps, from the seeded world's records. */
  sample?: (world: SampleWorld) => {
    params?: Record<string, string>;
    query?: Record<string, string>;
    body?: unknown;
  };
}

/** Ids of one record per object (by object key) and of other named things that the sweep creates for a tenant. */
export type SampleWorld = Record<string, string>;

/** Metadata key under which a handler carries its {@link EndpointSpec}. */
export const ENDPOINT = 'pellucid:endpoint';

const METHODS = {
  get: RequestMethod.GET,
  post: RequestMethod.POST,
  put: RequestMethod.PUT,
  patch: RequestMethod.PATCH,
  delete: RequestMethod.DELETE,
};

/**
 * Declares a handler: route, permission, schemas and documentation in one place. Start-up fails for a handler without
 * it.
 */
export function Endpoint(spec: EndpointSpec): MethodDecorator {
  return applyDecorators(
    SetMetadata(ENDPOINT, spec),
    RequestMapping({ path: spec.path.replace(/\{(\w+)\}/g, ':$1'), method: METHODS[spec.method] }),
    HttpCode(spec.status ?? 200),
  );
}

/** The input that the guard has parsed. */
export interface ParsedInput {
  params: any;
  query: any;
  body: any;
}

/** A request with the input that the guard parsed. */
export type ApiRequest = FastifyRequest & { input: ParsedInput; customObject?: string };

/** Parameter decorator: the key of the object that the tenant made and the path names. */
export const CustomObjectKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<ApiRequest>().customObject!,
);

/** Parameter decorator: the parsed params, query and body of the endpoint. */
export const Input = createParamDecorator(
  (_: unknown, context: ExecutionContext): ParsedInput =>
    context.switchToHttp().getRequest<ApiRequest>().input,
);

/** Parameter decorator: the raw Fastify request, for cookies, headers and uploads. */
export const RawRequest = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest(),
);

/** The usual path parameter of record routes. */
export const idParams = z
  .strictObject({
    id: z.uuid({ error: 'must be a UUID' }).transform((s) => s.toLowerCase()),
  })
  .meta({ id: 'Path' });

/** RFC 9457 problem details; every endpoint answers with them on failure. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    correlationId: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string(),
          code: z.string(),
          message: z.string(),
          params: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .optional(),
  })
  .loose()
  .meta({ id: 'Problem' });
