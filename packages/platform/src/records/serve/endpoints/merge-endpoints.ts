import { Input, type ParsedInput } from '../../../http/endpoint.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { mergeBody, mergedSchema, mergePreviewSchema } from '../merge-schemas.js';
import type { RecordEndpoints } from './record-endpoints.js';

/** Adds the endpoints that merge records, for objects whose records can be changed and deleted. */
export function addMergeEndpoints(e: RecordEndpoints): void {
  const { d } = e;
  if (!d.operations.update) return;
  const labels = d.pluralLabel.toLowerCase();
  const sample = (w: Record<string, string>) => ({
    params: {},
    body: { records: [{ id: w[d.key]! }, { id: w[d.key]! }], into: w[d.key]! },
  });
  e.add(
    'previewMerge',
    {
      method: 'post',
      path: '/merge/preview',
      operationId: `previewMergeOf${e.plural}`,
      action: 'update',
      offers: 'delete',
      summary: `Preview what merging ${labels} would do`,
      body: mergeBody,
      responses: { 200: mergePreviewSchema },
      idempotent: false,
      reads: true,
      sample,
    },
    [Input()],
    function (object: string, { body }: ParsedInput) {
      return this.merges.preview(object, body);
    },
  );
  e.add(
    'merge',
    {
      method: 'post',
      path: '/merge',
      operationId: `merge${e.plural}`,
      action: 'update',
      offers: 'delete',
      summary: `Merge two to five ${labels} into one of them`,
      body: mergeBody,
      responses: { 200: mergedSchema },
      sample,
    },
    [Input(), Exchange()],
    function (object: string, { body }: ParsedInput, exchange: HttpExchange) {
      return this.merges.merge(object, body, exchange.idempotency);
    },
  );
}
