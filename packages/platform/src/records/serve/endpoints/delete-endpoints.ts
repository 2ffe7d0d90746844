import { z } from 'zod';
import { idParams, Input, type ParsedInput } from '../../../http/endpoint.js';
import { BULK_JOBS, Exchange, type HttpExchange } from '../../../http/exchange.js';
import { bulkJobSchema, deletionPreviewBody, deletionPreviewSchema } from '../record-schemas.js';
import type { RecordEndpoints } from './record-endpoints.js';

const deleteQuery = z
  .strictObject({
    referrers: z.enum(['refuse', 'unlink', 'delete']).default('refuse').meta({
      description:
        'What to do with records that link to it: refuse (409 names them), unlink, or delete them too.',
    }),
  })
  .meta({ id: 'Delete' });

/** Adds the endpoints that delete records, say before what that does, and bring records back. */
export function addDeleteEndpoints(e: RecordEndpoints): void {
  const { d } = e;
  const label = d.label.toLowerCase();
  const labels = d.pluralLabel.toLowerCase();
  e.add(
    'delete',
    {
      method: 'delete',
      path: '/{id}',
      operationId: `delete${e.title}`,
      action: 'delete',
      offers: 'delete',
      summary: `Delete one ${label} (it can be restored)`,
      params: idParams,
      query: deleteQuery,
      description:
        'If very many other records must change too, a bulk job changes them afterwards (202 with its ID).',
      status: 204,
      conditional: true,
      responses: { 202: bulkJobSchema, 204: null },
      sample: e.one.sample,
    },
    [Input(), Exchange()],
    async function (object: string, { params, query }: ParsedInput, exchange: HttpExchange) {
      const idempotency = exchange.idempotency;
      const ifMatch = exchange.ifMatch;
      const [outcome] = await this.records.remove(
        object,
        [{ id: params.id, ...(ifMatch === undefined ? {} : { ifMatch }) }],
        {
          referrers: query.referrers,
          ...(idempotency ? { idempotency } : {}),
        },
      );
      if (outcome!.status === 'failed') await this.records.one(Promise.resolve([outcome!]), object);
      if (!outcome!.cascade) return undefined;
      exchange.status(202);
      return outcome!.cascade;
    },
  );
  e.add(
    'previewDeletion',
    {
      method: 'post',
      path: '/deletion-preview',
      operationId: `previewDeletionOf${e.plural}`,
      action: 'delete',
      offers: 'delete',
      summary: `Preview what deleting ${labels} does to records that link to them`,
      description: 'Covers `referrers=unlink` and `referrers=delete`, and only records the caller sees.',
      body: deletionPreviewBody,
      responses: { 200: deletionPreviewSchema },
      idempotent: false,
      reads: true,
      sample: (w) => ({ params: {}, body: { ids: [w[d.key]!] } }),
    },
    [Input()],
    function (object: string, { body }: ParsedInput) {
      return this.records.previewDeletion(object, body.ids);
    },
  );
  e.add(
    'restore',
    {
      method: 'post',
      path: '/{id}/restore',
      operationId: `restore${e.title}`,
      action: 'delete',
      offers: 'delete',
      summary: `Restore one deleted ${label}`,
      description:
        "Also restores records deleted with it and the links removed, as far as the caller's rights allow. If they are very many, a bulk job does so (202; `Location` leads to it).",
      ...e.one,
      responses: { 200: e.schemas.record, 202: e.schemas.record },
    },
    [Input(), Exchange()],
    async function (object: string, { params }: ParsedInput, exchange: HttpExchange) {
      const idempotency = exchange.idempotency;
      const done = this.records.restore(object, [{ id: params.id }], {
        action: 'delete',
        present: true,
        ...(idempotency ? { idempotency } : {}),
      });
      const { record, outcome } = await this.records.one(done, object);
      if (outcome.cascade) {
        exchange.status(202);
        exchange.created(outcome.cascade, BULK_JOBS);
      }
      return exchange.tagged(record);
    },
  );
}
