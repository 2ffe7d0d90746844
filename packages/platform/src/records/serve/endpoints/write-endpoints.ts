import { Input, type ParsedInput } from '../../../http/endpoint.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { duplicatesFor } from '../../write/index.js';
import { bulkJobSchema, bulkPreviewSchema, writeQuery } from '../record-schemas.js';
import type { RecordEndpoints } from './record-endpoints.js';

/** Adds the endpoints that write: one record, and many at once. */
export function addWriteEndpoints(e: RecordEndpoints): void {
  const { d } = e;
  const label = d.label.toLowerCase();
  const labels = d.pluralLabel.toLowerCase();
  e.add(
    'create',
    {
      method: 'post',
      operationId: `create${e.title}`,
      action: 'create',
      offers: 'create',
      summary: `Create one ${label}`,
      query: writeQuery,
      documentedBody: e.schemas.create,
      status: 201,
      conditional: true,
      responses: { 201: e.schemas.record },
    },
    [Input(), Exchange()],
    async function (object: string, { query }: ParsedInput, exchange: HttpExchange) {
      const idempotency = exchange.idempotency;
      const done = this.records.create(
        object,
        [(exchange.request.body ?? null) as unknown as Record<string, unknown>],
        {
          present: true,
          ...duplicatesFor(query.allowDuplicates),
          ...(idempotency ? { idempotency } : {}),
        },
      );
      const { record } = await this.records.one(done, object);
      return exchange.created(record);
    },
  );
  e.add(
    'update',
    {
      method: 'patch',
      path: '/{id}',
      operationId: `update${e.title}`,
      action: 'update',
      offers: 'update',
      summary: `Change fields of one ${label}`,
      ...(d.frozen ? { description: `409 \`${d.frozen.code}\`: ${d.frozen.message}` } : {}),
      query: writeQuery,
      documentedBody: e.schemas.update,
      ...e.one,
    },
    [Input(), Exchange()],
    async function (object: string, { params, query }: ParsedInput, exchange: HttpExchange) {
      const idempotency = exchange.idempotency;
      const ifMatch = exchange.ifMatch;
      const patch = {
        id: params.id,
        changes: (exchange.request.body ?? null) as unknown as Record<string, unknown>,
        ...(ifMatch === undefined ? {} : { ifMatch }),
      };
      const { record } = await this.records.one(
        this.records.update(object, [patch], {
          present: true,
          ...duplicatesFor(query.allowDuplicates),
          ...(idempotency ? { idempotency } : {}),
        }),
        object,
      );
      return exchange.tagged(record);
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
        summary: `Create, change, delete, restore or share many ${labels}`,
        description: 'Each row has its own outcome. More than 500 become a job (202 with its ID).',
        body: e.schemas.bulk,
        responses: {
          200: e.schemas.bulkAnswer,
          202: bulkJobSchema,
        },
      },
      [Input(), Exchange()],
      async function (object: string, { body }: ParsedInput, exchange: HttpExchange) {
        const answer = await this.bulkRunner.run(object, body, exchange.idempotency);
        exchange.status(answer.status);
        return answer.body;
      },
    );
  if (d.operations.create || d.operations.update)
    e.add(
      'previewBulk',
      {
        method: 'post',
        path: '/bulk/preview',
        operationId: `previewBulk${e.plural}`,
        action: 'read',
        summary: `See what changing many ${labels} would do`,
        idempotent: false,
        body: e.schemas.bulk,
        responses: { 200: bulkPreviewSchema },
      },
      [Input()],
      function (object: string, { body }: ParsedInput) {
        return this.bulkRunner.preview(object, body);
      },
    );
}
