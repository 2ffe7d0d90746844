import { Controller, Inject, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { badRequest, ProblemError } from '../../errors/index.js';
import { reasonText } from '../../http/text-schemas.js';
import {
  Endpoint,
  type EndpointSpec,
  idParams,
  Input,
  type ParsedInput,
  RawRequest,
} from '../../http/endpoint.js';
import { BULK_RUNNER, type BulkRunner } from './bulk.js';
import type { RecordDescriptor } from '../describe/index.js';
import { FIELD_REVEALER, type FieldRevealer } from '../read/index.js';
import { type IdempotencyRequest, requestHash } from '../write/index.js';
import {
  asOfQuery,
  deletionPreviewBody,
  deletionPreviewSchema,
  historyQuery,
  listBody,
  listQuery,
  recordSchemas,
  restoreVersionBody,
} from './record-schemas.js';
import { RecordService } from './record.service.js';

/** Returns the request's Idempotency-Key with a hash of its content. @throws ProblemError 400 for an invalid key */
export function idempotencyOf(request: FastifyRequest): IdempotencyRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length < 1 || key.length > 200 || !/^[\x20-\x7e]+$/.test(key))
    throw badRequest('invalidIdempotencyKey', 'Idempotency-Key must be 1 to 200 printable ASCII characters.');
  return { key, hash: requestHash(request.method, request.url, request.body ?? null) };
}

/** Returns the version in If-Match. `*` or no header means the current one. @throws ProblemError 400 */
export function ifMatchOf(request: FastifyRequest): number | undefined {
  const given = request.headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(given);
  if (!match) throw badRequest('invalidIfMatch', 'If-Match must be the ETag of a version, e.g. "3".');
  return Number(match[1]);
}

/** Sets the ETag of a record. */
export function tagged<T extends { version: number }>(reply: FastifyReply, record: T): T {
  reply.header('etag', `"${record.version}"`);
  return record;
}

const deleteQuery = z
  .strictObject({
    referrers: z.enum(['refuse', 'unlink', 'delete']).default('refuse').meta({
      description:
        'What to do with records that link to it: refuse (409 names them), unlink, or delete them too.',
    }),
  })
  .meta({ id: 'Delete' });

const bulkJobSchema = z.object({ id: z.uuid(), status: z.string(), total: z.int() }).meta({ id: 'BulkJob' });

const revealBody = z
  .strictObject({
    field: z.string().max(100),
    reason: reasonText(5, 500).meta({ description: 'Why the value is needed; recorded in the audit log.' }),
  })
  .meta({ id: 'RevealRequest' });

const revealAnswer = z
  .object({ value: z.unknown().meta({ description: 'As the record shows it.' }) })
  .meta({ id: 'RevealedValue' });

/** Creates a controller class with the endpoints that every object has. */
export function recordController(d: RecordDescriptor): Type<unknown> {
  const schemas = recordSchemas(d);
  const title = d.key[0]!.toUpperCase() + d.key.slice(1);
  const plural = d.plural.replace(/(^|-)([a-z])/g, (_, __, c: string) => c.toUpperCase());
  const spec = (
    given: Omit<EndpointSpec, 'tag' | 'path' | 'operationId' | 'access'> & {
      path?: string;
      operationId: string;
      action: string;
    },
  ): EndpointSpec => {
    const { action, ...rest } = given;
    return {
      ...rest,
      path: `/${d.plural}${given.path ?? ''}`,
      tag: d.pluralLabel,
      access: { object: d.key, action },
    };
  };
  const one = {
    params: idParams,
    conditional: true,
    responses: { 200: schemas.record },
    sample: (w: Record<string, string>) => ({ params: { id: w[d.key]! } }),
  };

  @Controller()
  class RecordController {
    constructor(
      @Inject(RecordService) readonly records: RecordService,
      @Inject(BULK_RUNNER) readonly bulkRunner: BulkRunner,
      @Inject(FIELD_REVEALER) readonly revealer: FieldRevealer,
    ) {}
  }
  const proto = RecordController.prototype as any;

  /** Adds the handler of an operation. An operation that the object does not offer gets no endpoint. */
  const handler = (
    name: string,
    endpoint: EndpointSpec,
    params: ParameterDecorator[],
    fn: (this: RecordController, ...args: any[]) => unknown,
  ) => {
    Object.defineProperty(fn, 'name', { value: name });
    proto[name] = fn;
    for (const [index, decorate] of params.entries()) decorate(proto, name, index);
    Endpoint({ ...endpoint, kind: { object: d.key, operation: name } })(
      proto,
      name,
      Object.getOwnPropertyDescriptor(proto, name)!,
    );
  };
  const reply = Res({ passthrough: true });

  handler(
    'list',
    spec({
      method: 'get',
      operationId: `list${plural}`,
      action: 'read',
      summary: `List ${d.pluralLabel.toLowerCase()}`,
      query: listQuery,
      responses: { 200: schemas.list },
    }),
    [Input()],
    function ({ query }: ParsedInput) {
      return this.records.list(d.key, query);
    },
  );
  handler(
    'query',
    spec({
      method: 'post',
      path: '/query',
      operationId: `query${plural}`,
      action: 'read',
      summary: `List ${d.pluralLabel.toLowerCase()} with a long filter`,
      body: listBody,
      responses: { 200: schemas.list },
      idempotent: false,
      reads: true,
    }),
    [Input()],
    function ({ body }: ParsedInput) {
      return this.records.list(d.key, body);
    },
  );
  handler(
    'get',
    spec({
      method: 'get',
      path: '/{id}',
      operationId: `get${title}`,
      action: 'read',
      summary: `Get one ${d.label.toLowerCase()}`,
      description:
        'The old ID of a record that was merged into another one answers 308 with the address of that one.',
      ...one,
    }),
    [Input(), reply],
    async function ({ params }: ParsedInput, res: FastifyReply) {
      return tagged(res, await this.records.get(d.key, params.id));
    },
  );
  handler(
    'history',
    spec({
      method: 'get',
      path: '/{id}/history',
      operationId: `history${title}`,
      action: 'read',
      summary: `List the changes of one ${d.label.toLowerCase()}, newest first`,
      params: idParams,
      query: historyQuery,
      responses: { 200: schemas.history },
      sample: one.sample,
    }),
    [Input()],
    function ({ params, query }: ParsedInput) {
      return this.records.history.of(d.key, params.id, query);
    },
  );
  handler(
    'asOf',
    spec({
      method: 'get',
      path: '/{id}/as-of',
      operationId: `asOf${title}`,
      action: 'read',
      summary: `Get one ${d.label.toLowerCase()} as of a point in time or version`,
      description: "Rebuilt from its history and shown with the caller's current rights.",
      params: idParams,
      query: asOfQuery,
      responses: { 200: schemas.record },
      sample: (w) => ({ params: { id: w[d.key]! }, query: { version: '1' } }),
    }),
    [Input()],
    function ({ params, query }: ParsedInput) {
      return this.records.asOf.get(d.key, params.id, query);
    },
  );
  handler(
    'reveal',
    spec({
      method: 'post',
      path: '/{id}/reveal',
      operationId: `reveal${title}`,
      action: 'reveal',
      summary: `Reveal a field of one ${d.label.toLowerCase()}, with a reason`,
      description:
        'Requires the right to reveal. The caller, field and reason are recorded in the audit log.',
      params: idParams,
      body: revealBody,
      responses: { 200: revealAnswer },
      idempotent: false, // changes nothing, and every reveal is recorded
      sample: (w) => ({
        params: { id: w[d.key]! },
        body: { field: d.fields[0]!.key, reason: 'Sample reason' },
      }),
    }),
    [Input()],
    function ({ params, body }: ParsedInput) {
      return this.revealer.reveal(d.key, params.id, body.field, body.reason);
    },
  );
  if (d.operations.create)
    handler(
      'create',
      spec({
        method: 'post',
        operationId: `create${title}`,
        action: 'create',
        summary: `Create one ${d.label.toLowerCase()}`,
        documentedBody: schemas.create,
        status: 201,
        conditional: true,
        responses: { 201: schemas.record },
      }),
      [RawRequest(), reply],
      async function (request: FastifyRequest, res: FastifyReply) {
        const idempotency = idempotencyOf(request);
        const done = this.records.create(
          d.key,
          [(request.body ?? null) as unknown as Record<string, unknown>],
          {
            present: true,
            ...(idempotency ? { idempotency } : {}),
          },
        );
        const { record } = await this.records.one(done, d.key);
        res.header('location', `/api/v1/${d.plural}/${record.id}`);
        return tagged(res, record);
      },
    );
  if (d.operations.update)
    handler(
      'update',
      spec({
        method: 'patch',
        path: '/{id}',
        operationId: `update${title}`,
        action: 'update',
        summary: `Change fields of one ${d.label.toLowerCase()}`,
        ...(d.frozen ? { description: `409 \`${d.frozen.code}\`: ${d.frozen.message}` } : {}),
        documentedBody: schemas.update,
        ...one,
      }),
      [Input(), RawRequest(), reply],
      async function ({ params }: ParsedInput, request: FastifyRequest, res: FastifyReply) {
        const idempotency = idempotencyOf(request);
        const ifMatch = ifMatchOf(request);
        const patch = {
          id: params.id,
          changes: (request.body ?? null) as unknown as Record<string, unknown>,
          ...(ifMatch === undefined ? {} : { ifMatch }),
        };
        const { record } = await this.records.one(
          this.records.update(d.key, [patch], { present: true, ...(idempotency ? { idempotency } : {}) }),
          d.key,
        );
        return tagged(res, record);
      },
    );
  if (d.operations.update)
    handler(
      'restoreVersion',
      spec({
        method: 'post',
        path: '/{id}/restore-version',
        operationId: `restoreVersion${title}`,
        action: 'update',
        summary: `Restore the fields of one ${d.label.toLowerCase()} to a version`,
        description:
          "Makes a new change. Fields the caller can't change are refused by name. Fields that are hidden, set by Pellucid or erased stay as they are.",
        body: restoreVersionBody,
        ...one,
        sample: (w) => ({ params: { id: w[d.key]! }, body: { version: 1 } }),
      }),
      [Input(), RawRequest(), reply],
      async function ({ params, body }: ParsedInput, request: FastifyRequest, res: FastifyReply) {
        const idempotency = idempotencyOf(request);
        const ifMatch = ifMatchOf(request);
        const done = this.records.restoreVersion(d.key, params.id, body.version, {
          ...(ifMatch === undefined ? {} : { ifMatch }),
          ...(idempotency ? { idempotency } : {}),
        });
        const { record } = await this.records.one(done, d.key);
        return tagged(res, record);
      },
    );
  if (d.operations.delete) {
    handler(
      'delete',
      spec({
        method: 'delete',
        path: '/{id}',
        operationId: `delete${title}`,
        action: 'delete',
        summary: `Delete one ${d.label.toLowerCase()} (it can be restored)`,
        params: idParams,
        query: deleteQuery,
        description:
          'If very many other records have to be changed, the record is deleted at once, and a bulk job changes the others (202 with its ID).',
        status: 204,
        conditional: true,
        responses: { 202: bulkJobSchema, 204: null },
        sample: one.sample,
      }),
      [Input(), RawRequest(), reply],
      async function ({ params, query }: ParsedInput, request: FastifyRequest, res: FastifyReply) {
        const idempotency = idempotencyOf(request);
        const ifMatch = ifMatchOf(request);
        const [outcome] = await this.records.remove(
          d.key,
          [{ id: params.id, ...(ifMatch === undefined ? {} : { ifMatch }) }],
          {
            referrers: query.referrers,
            ...(idempotency ? { idempotency } : {}),
          },
        );
        if (outcome!.status === 'failed') await this.records.one(Promise.resolve([outcome!]), d.key);
        if (!outcome!.cascade) return undefined;
        res.status(202);
        return outcome!.cascade;
      },
    );
    handler(
      'previewDeletion',
      spec({
        method: 'post',
        path: '/deletion-preview',
        operationId: `previewDeletionOf${plural}`,
        action: 'delete',
        summary: `Preview what deleting ${d.pluralLabel.toLowerCase()} does to records that link to them`,
        description: 'Covers `referrers=unlink` and `referrers=delete`, and only records the caller sees.',
        body: deletionPreviewBody,
        responses: { 200: deletionPreviewSchema },
        idempotent: false,
        reads: true,
        sample: (w) => ({ params: {}, body: { ids: [w[d.key]!] } }),
      }),
      [Input()],
      function ({ body }: ParsedInput) {
        return this.records.previewDeletion(d.key, body.ids);
      },
    );
    handler(
      'restore',
      spec({
        method: 'post',
        path: '/{id}/restore',
        operationId: `restore${title}`,
        action: 'delete',
        summary: `Restore one deleted ${d.label.toLowerCase()}`,
        description:
          "Also restores records deleted with it and the links removed, as far as the caller's rights allow. If they are very many, a bulk job does so (202; `Location` leads to it).",
        ...one,
        responses: { 200: schemas.record, 202: schemas.record },
      }),
      [Input(), RawRequest(), reply],
      async function ({ params }: ParsedInput, request: FastifyRequest, res: FastifyReply) {
        const idempotency = idempotencyOf(request);
        const done = this.records.restore(d.key, [{ id: params.id }], {
          action: 'delete',
          present: true,
          ...(idempotency ? { idempotency } : {}),
        });
        const { record, outcome } = await this.records.one(done, d.key);
        if (outcome.cascade) res.status(202).header('location', `/api/v1/bulk-jobs/${outcome.cascade.id}`);
        return tagged(res, record);
      },
    );
  }
  if (d.operations.create || d.operations.update)
    handler(
      'bulk',
      spec({
        method: 'post',
        path: '/bulk',
        operationId: `bulk${plural}`,
        action: 'read',
        summary: `Create, change, delete or restore many ${d.pluralLabel.toLowerCase()}`,
        description: 'Each row has its own outcome. More than 500 rows become a job (202 with its ID).',
        body: schemas.bulk,
        responses: {
          200: schemas.bulkAnswer,
          202: bulkJobSchema,
        },
      }),
      [Input(), RawRequest(), reply],
      async function ({ body }: ParsedInput, request: FastifyRequest, res: FastifyReply) {
        const answer = await this.bulkRunner.run(d.key, body, idempotencyOf(request));
        res.status(answer.status);
        return answer.body;
      },
    );
  Object.defineProperty(RecordController, 'name', { value: `${title}RecordController` });
  return RecordController;
}

/** 404 for an object that this caller may not use. */
export const noSuchObject = (key: string) =>
  new ProblemError(404, 'notFound', 'Not found', `There is no object "${key}".`);
