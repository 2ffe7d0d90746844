import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { listRecords } from '@/records/api/list-records';
import { type BoardSearch, ownerCondition } from '../board-search';
import { recordKeys } from '@/records/api/record-keys';

export interface Pipeline {
  id: string;
  name: string;
  isDefault: boolean;
}

export type StageCategory = 'open' | 'won' | 'lost';

export interface Stage {
  id: string;
  name: string;
  category: StageCategory;
  position: number;
}

export interface StageTotal {
  stage: Stage;
  count: number;
  /** Decimal string in `currency`, the company's base currency; null if amounts are withheld. */
  amount: string | null;
  currency: string;
}

export const pipelinesQuery = queryOptions({
  queryKey: [...recordKeys.lists('/pipelines'), 'all'],
  queryFn: async ({ signal }) => {
    const { data } = await listRecords('/pipelines', { limit: 200 }, undefined, signal);
    return data.map(
      ({ id, name, isDefault }): Pipeline => ({ id, name: String(name), isDefault: isDefault === true }),
    );
  },
  staleTime: 60_000,
});

/** Stages of a pipeline in order, each with the number and sum of its deals that match the search. */
export function totalsQuery(pipelineId: string, { owner, q }: BoardSearch = {}) {
  return queryOptions({
    queryKey: ['totals', 'pipeline', pipelineId, { owner, q }],
    queryFn: async ({ signal }) => {
      const filter = ownerCondition({ owner });
      const query = { ...(filter && { filter: JSON.stringify(filter) }), ...(q && { q }) };
      const answer = await client.get({ url: `${API_ROOT}/pipelines/${pipelineId}/totals`, query, signal });
      const { data } = answer as unknown as { data: (Omit<StageTotal, 'amount'> & { amount?: string })[] };
      return data
        .map((total): StageTotal => ({ ...total, amount: total.amount ?? null }))
        .sort((a, b) => a.stage.position - b.stage.position);
    },
  });
}
