import { idParams, Input, type ParsedInput } from '../../../http/endpoint.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { asOfQuery, historyQuery, restoreVersionBody } from '../record-schemas.js';
import { timelinePage, timelineQuery } from '../timeline-schemas.js';
import type { RecordEndpoints } from './record-endpoints.js';

/** Adds the endpoints for a record's past: its timeline, its history, what it was, and going back to it. */
export function addPastEndpoints(e: RecordEndpoints): void {
  const { d } = e;
  const label = d.label.toLowerCase();
  e.add(
    'history',
    {
      method: 'get',
      path: '/{id}/history',
      operationId: `history${e.title}`,
      action: 'read',
      summary: `List the changes of one ${label}, newest first`,
      params: idParams,
      query: historyQuery,
      responses: { 200: e.schemas.history },
      sample: e.one.sample,
    },
    [Input()],
    function (object: string, { params, query }: ParsedInput) {
      return this.records.history.of(object, params.id, query);
    },
  );
  e.add(
    'timeline',
    {
      method: 'get',
      path: '/{id}/timeline',
      operationId: `timeline${e.title}`,
      action: 'read',
      summary: `Get the timeline of one ${label}`,
      params: idParams,
      query: timelineQuery,
      responses: { 200: timelinePage },
      sample: e.one.sample,
    },
    [Input()],
    function (object: string, { params, query }: ParsedInput) {
      return this.records.timeline.of(object, params.id, query);
    },
  );
  e.add(
    'asOf',
    {
      method: 'get',
      path: '/{id}/as-of',
      operationId: `asOf${e.title}`,
      action: 'read',
      summary: `Get one ${label} as of a point in time or version`,
      description: "Rebuilt from its history, shown with the caller's current rights.",
      params: idParams,
      query: asOfQuery,
      responses: { 200: e.schemas.record },
      sample: (w) => ({ params: { id: w[d.key]! }, query: { version: '1' } }),
    },
    [Input()],
    function (object: string, { params, query }: ParsedInput) {
      return this.records.asOf.get(object, params.id, query);
    },
  );
  e.add(
    'restoreVersion',
    {
      method: 'post',
      path: '/{id}/restore-version',
      operationId: `restoreVersion${e.title}`,
      action: 'update',
      offers: 'update',
      summary: `Restore the fields of one ${label} to a version`,
      description:
        "Makes a new change. Fields the caller can't change are refused by name. Fields that are hidden, set by Pellucid or erased stay as they are.",
      body: restoreVersionBody,
      ...e.one,
      sample: (w) => ({ params: { id: w[d.key]! }, body: { version: 1 } }),
    },
    [Input(), Exchange()],
    async function (object: string, { params, body }: ParsedInput, exchange: HttpExchange) {
      const idempotency = exchange.idempotency;
      const ifMatch = exchange.ifMatch;
      const done = this.records.restoreVersion(object, params.id, body.version, {
        ...(ifMatch === undefined ? {} : { ifMatch }),
        ...(idempotency ? { idempotency } : {}),
      });
      const { record } = await this.records.one(done, object);
      return exchange.tagged(record);
    },
  );
}
