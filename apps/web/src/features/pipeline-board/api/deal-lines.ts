import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import { type Cause, causedBy } from '@/records/api/undo';
import type { RecordReference } from '@/records/object-description';
import { OPPORTUNITIES } from './stage-deals';

/** A product line of a deal. Numbers are decimal strings. */
export interface DealLine {
  id: string;
  product: RecordReference | null;
  quantity: string | null;
  unitPrice: string | null;
  /** Percent. */
  discount: string | null;
  amount: string | null;
}

export interface DealLines {
  data: DealLine[];
  total: string | null;
  currency: string;
  /** Version of the deal that has these lines. */
  version: number;
}

export interface LineInput {
  /** Of a line that is there already; a new one has none. */
  id?: string;
  product?: string;
  quantity?: string;
  unitPrice?: string | null;
  discount?: string;
}

const urlOf = (id: string) => `${API_ROOT}${OPPORTUNITIES}/${id}/lines`;
const keyOf = (id: string) => recordKeys.lines(OPPORTUNITIES, id);

export function dealLinesQuery(id: string) {
  return queryOptions({
    queryKey: keyOf(id),
    queryFn: async ({ signal }) => (await client.get({ url: urlOf(id), signal })) as unknown as DealLines,
  });
}

/**
 * Replaces the lines, which the user changed in this version of the deal: what others did since stays. The deal's amount may
 * follow their sum.
 */
export async function saveDealLines(
  id: string,
  version: number,
  lines: LineInput[],
  cause: Cause,
): Promise<DealLines> {
  const headers = { 'Content-Type': 'application/json', 'If-Match': `"${version}"`, ...causedBy(cause) };
  const saved = (await client.put({ url: urlOf(id), body: { lines }, headers })) as unknown as DealLines;
  queryClient.setQueryData(keyOf(id), saved);
  void queryClient.invalidateQueries({
    queryKey: recordKeys.object(OPPORTUNITIES),
    predicate: ({ queryKey }) => queryKey[2] !== 'lines',
  });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
  return saved;
}
