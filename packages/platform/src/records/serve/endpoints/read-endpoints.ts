import { z } from 'zod';
import { type ParsedInput, Input, idParams } from '../../../http/endpoint.js';
import { reasonText } from '../../../http/text-schemas.js';
import { aggregateBody, aggregateSchema } from './aggregate-schemas.js';
import { listBody, listQuery } from '../record-schemas.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { RecordEndpoints } from './record-endpoints.js';

const revealBody = z
  .strictObject({
    field: z.string().max(100),
    reason: reasonText(5, 500).meta({ description: 'Why the value is needed; recorded in the audit log.' }),
  })
  .meta({ id: 'RevealRequest' });

const revealAnswer = z
  .object({ value: z.unknown().meta({ description: 'As the record shows it.' }) })
  .meta({ id: 'RevealedValue' });

/** Adds the endpoints that read: lists, single records, groups and figures, masked values. */
export function addReadEndpoints(e: RecordEndpoints): void {
  const { d } = e;
  const label = d.label.toLowerCase();
  const labels = d.pluralLabel.toLowerCase();
  e.add(
    'list',
    {
      method: 'get',
      operationId: `list${e.plural}`,
      action: 'read',
      summary: `List ${labels}`,
      query: listQuery,
      responses: { 200: e.schemas.list },
    },
    [Input()],
    function (object: string, { query }: ParsedInput) {
      return this.records.list(object, query);
    },
  );
  e.add(
    'query',
    {
      method: 'post',
      path: '/query',
      operationId: `query${e.plural}`,
      action: 'read',
      summary: `List ${labels} with a long filter`,
      body: listBody,
      responses: { 200: e.schemas.list },
      idempotent: false,
      reads: true,
    },
    [Input()],
    function (object: string, { body }: ParsedInput) {
      return this.records.list(object, body);
    },
  );
  e.add(
    'get',
    {
      method: 'get',
      path: '/{id}',
      operationId: `get${e.title}`,
      action: 'read',
      summary: `Get one ${label}`,
      description:
        'The old ID of a record that was merged into another one answers 308 with the address of that one.',
      ...e.one,
    },
    [Input(), Exchange()],
    async function (object: string, { params }: ParsedInput, exchange: HttpExchange) {
      return exchange.tagged(await this.records.get(object, params.id, { isAddress: true }));
    },
  );
  e.add(
    'aggregate',
    {
      method: 'post',
      path: '/aggregate',
      operationId: `aggregate${e.plural}`,
      action: 'read',
      summary: `Group and measure ${labels}`,
      body: aggregateBody,
      responses: { 200: aggregateSchema },
      idempotent: false,
      reads: true,
    },
    [Input()],
    function (object: string, { body }: ParsedInput) {
      return this.aggregates.run(object, body);
    },
  );
  e.add(
    'reveal',
    {
      method: 'post',
      path: '/{id}/reveal',
      operationId: `reveal${e.title}`,
      action: 'reveal',
      summary: `Reveal a field of one ${label}, with a reason`,
      description: 'Requires the right to reveal. Caller, field and reason are recorded in the audit log.',
      params: idParams,
      body: revealBody,
      responses: { 200: revealAnswer },
      idempotent: false, // changes nothing, and every reveal is recorded
      sample: (w) => ({
        params: { id: w[d.key]! },
        body: { field: d.fields[0]!.key, reason: 'Sample reason' },
      }),
    },
    [Input()],
    function (object: string, { params, body }: ParsedInput) {
      return this.revealer.reveal(object, params.id, body.field, body.reason);
    },
  );
}
