import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ParsedInput, Input, RawRequest } from '../../../http/endpoint.js';
import { bulkJobSchema } from '../record-schemas.js';
import { type RecordEndpoints, reply } from './record-endpoints.js';
import { idempotencyOf, ifMatchOf, tagged } from './request-headers.js';

/** Adds the endpoints that write: one record, and many at once. */
export function addWriteEndpoints(e: RecordEndpoints): void {
  const { d } = e;
  const label = d.label.toLowerCase();
  const labels = d.pluralLabel.toLowerCase();
  if (d.operations.create)
    e.add(
      'create',
      {
        method: 'post',
        operationId: `create${e.title}`,
        action: 'create',
        summary: `Create one ${label}`,
        documentedBody: e.schemas.create,
        status: 201,
        conditional: true,
        responses: { 201: e.schemas.record },
      },
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
    e.add(
      'update',
      {
        method: 'patch',
        path: '/{id}',
        operationId: `update${e.title}`,
        action: 'update',
        summary: `Change fields of one ${label}`,
        ...(d.frozen ? { description: `409 \`${d.frozen.code}\`: ${d.frozen.message}` } : {}),
        documentedBody: e.schemas.update,
        ...e.one,
      },
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
  if (d.operations.create || d.operations.update)
    e.add(
      'bulk',
      {
        method: 'post',
        path: '/bulk',
        operationId: `bulk${e.plural}`,
        action: 'read',
        summary: `Create, change, delete or restore many ${labels}`,
        description: 'Each row has its own outcome. More than 500 rows become a job (202 with its ID).',
        body: e.schemas.bulk,
        responses: {
          200: e.schemas.bulkAnswer,
          202: bulkJobSchema,
        },
      },
      [Input(), RawRequest(), reply],
      async function ({ body }: ParsedInput, request: FastifyRequest, res: FastifyReply) {
        const answer = await this.bulkRunner.run(d.key, body, idempotencyOf(request));
        res.status(answer.status);
        return answer.body;
      },
    );
}
