import type { z } from 'zod';
import { IDEMPOTENCY_KEPT_HOURS } from '../../jobs/retention.js';
import { type EndpointSpec, problemSchema } from '../endpoint.js';
import { Components, idOf, type ReplacedSchemas, SchemaComponents } from './schema-components.js';

/** Failures that tell something about the operation, by status: the component's name and what it means. */
const FAILURES = {
  409: ['Conflict', 'Conflicts with existing data'],
  412: ['PreconditionFailed', 'Changed by someone else in the meantime'],
} as const;

/** Failures that mean the same for every operation. They are told once, for each operation costs a line with each object. */
const ANY_FAILURE = [
  'Refused',
  [
    "400: the path, query, cursor or JSON can't be read.",
    '401: not logged in.',
    '403: not allowed.',
    "404: what the path names doesn't exist, or you can't see it.",
    '422: invalid fields or rules not met; `errors` names each field.',
    '429: too many requests.',
  ].join(' '),
] as const;

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: `For ${IDEMPOTENCY_KEPT_HOURS} hours, the same key with the same body returns the first response again; another body returns 422.`,
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of the version you are changing.',
  schema: { type: 'string' },
};

const ETAG = { description: 'The version of the record, in quotes.', schema: { type: 'string' } };

/** Writes endpoints as OpenAPI operations. What several operations share becomes a component. */
export class OperationWriter {
  private readonly schemas: SchemaComponents;
  private readonly parameters = new Components('parameters');
  private readonly headers = new Components('headers');
  private readonly responses = new Components('responses');
  private readonly bodies = new Components('requestBodies');
  /** How often each named body and answer is used. */
  private readonly uses = new Map<string, number>();

  /** @param specs all endpoints that will be written @param replaced see {@link SchemaComponents} */
  constructor(specs: EndpointSpec[], replaced: ReplacedSchemas) {
    this.schemas = new SchemaComponents(replaced);
    for (const spec of specs)
      for (const name of [bodyName(spec), ...Object.keys(spec.responses).map((s) => answerName(spec, s))])
        if (name) this.uses.set(name, (this.uses.get(name) ?? 0) + 1);
  }

  /** Returns the components that the operations written so far refer to. */
  components(): Record<string, any> {
    return {
      headers: this.headers.all(),
      parameters: this.parameters.all(),
      requestBodies: this.bodies.all(),
      responses: this.responses.all(),
      schemas: this.schemas.all(),
    };
  }

  /** Returns the operation of an endpoint. @throws Error naming a component that means two things */
  write(spec: EndpointSpec): Record<string, any> {
    const parameters = this.parametersOf(spec);
    const body = this.bodyOf(spec);
    return {
      operationId: spec.operationId,
      ...(spec.kind ? { 'x-object': spec.kind.object, 'x-operation': spec.kind.operation } : {}),
      summary: spec.summary,
      ...(spec.description ? { description: spec.description } : {}),
      tags: [spec.tag],
      ...(spec.access === 'public' ? { security: [] } : spec.person ? { security: [{ bearer: [] }] } : {}),
      ...(parameters.length ? { parameters } : {}),
      ...(body ? { requestBody: body } : {}),
      responses: { ...this.successesOf(spec), ...this.failuresOf(spec) },
    };
  }

  /** Fields of a query or of path parameters that have an id become components named `<id>.<field>`. */
  private parametersOf(spec: EndpointSpec): any[] {
    const parameters: any[] = [];
    for (const [where, schema] of [
      ['path', spec.params],
      ['query', spec.query],
    ] as const) {
      const group = schema && idOf(schema);
      for (const [name, field] of Object.entries(schema?.shape ?? {}) as [string, z.ZodType][]) {
        const { description, ...json } = this.schemas.of(field, 'input');
        const parameter = {
          name,
          in: where,
          required: where === 'path' || !field.safeParse(undefined).success,
          ...(description ? { description } : {}),
          schema: json,
        };
        parameters.push(group ? this.parameters.add(`${group}.${name}`, parameter) : parameter);
      }
    }
    if (writes(spec) && spec.idempotent !== false && spec.access !== 'public')
      parameters.push(this.parameters.add('IdempotencyKey', IDEMPOTENCY_KEY));
    if (changesVersion(spec)) parameters.push(this.parameters.add('IfMatch', IF_MATCH));
    return parameters;
  }

  private bodyOf(spec: EndpointSpec): Record<string, any> | undefined {
    if (spec.bytes)
      return {
        required: true,
        content: { [spec.bytes]: { schema: { type: 'string', format: 'binary' } } },
      };
    const schema = bodySchema(spec) ?? spec.multipart?.schema;
    if (!schema) return undefined;
    const mediaType = spec.multipart ? 'multipart/form-data' : 'application/json';
    const body = { required: true, content: { [mediaType]: { schema: this.schemas.of(schema, 'input') } } };
    return this.shared(this.bodies, bodyName(spec), body);
  }

  private successesOf(spec: EndpointSpec): Record<string, any> {
    const answers: Record<string, any> = {};
    for (const [status, schema] of Object.entries(spec.responses)) {
      const answer = {
        description: 'Done',
        ...(spec.conditional ? { headers: { ETag: this.headers.add('ETag', ETAG) } } : {}),
        ...(typeof schema === 'string'
          ? { content: { [schema]: { schema: { type: 'string' } } } }
          : schema
            ? { content: { 'application/json': { schema: this.schemas.of(schema, 'output') } } }
            : {}),
      };
      answers[status] = this.shared(this.responses, answerName(spec, status), answer);
    }
    return answers;
  }

  private failuresOf(spec: EndpointSpec): Record<string, any> {
    const writing = writes(spec);
    const told = [...(writing ? ([409] as const) : []), ...(changesVersion(spec) ? ([412] as const) : [])];
    return {
      ...Object.fromEntries(told.map((status) => [status, this.failure(FAILURES[status])])),
      '4XX': this.failure(ANY_FAILURE),
    };
  }

  private failure([name, description]: readonly [string, string]) {
    const content = { 'application/problem+json': { schema: this.schemas.of(problemSchema, 'output') } };
    return this.responses.add(name, { description, content });
  }

  /** Makes a component of a body or an answer that several operations use. */
  private shared(components: Components, name: string | undefined, value: Record<string, any>) {
    return name && this.uses.get(name)! > 1 ? components.add(name, value) : value;
  }
}

const writes = (spec: EndpointSpec) => spec.method !== 'get';

/** Whether a request can say which version it changes. What is created has none. */
const changesVersion = (spec: EndpointSpec) => writes(spec) && spec.conditional && spec.status !== 201;

const bodySchema = (spec: EndpointSpec) => spec.body ?? spec.documentedBody;

function bodyName(spec: EndpointSpec): string | undefined {
  const schema = bodySchema(spec);
  return schema && idOf(schema);
}

function answerName(spec: EndpointSpec, status: string): string | undefined {
  const schema = spec.responses[Number(status)];
  const name = schema && typeof schema !== 'string' ? idOf(schema) : undefined;
  return name && spec.conditional ? `${name}WithETag` : name;
}
