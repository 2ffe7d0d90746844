import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { shortListQuery } from '@/records/api/list-records';
import { isReference } from '@/records/object-description';
import { type BoardSearch, ownerCondition } from '../board-search';

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

interface PipelineStage extends Stage {
  pipelineId: string;
}

export interface StageTotal {
  stage: Stage;
  count: number;
  /** Decimal string in `currency`, the company's base currency; null if amounts are withheld. */
  amount: string | null;
  currency: string;
}

/** All pipelines, under the key by which the home page reads them. */
export const pipelinesQuery = queryOptions({
  ...shortListQuery({ path: '/pipelines' }, { limit: 200 }),
  select: ({ data }): Pipeline[] =>
    data.map(({ id, name, isDefault }) => ({ id, name: String(name), isDefault: isDefault === true })),
  staleTime: 60_000,
});

/**
 * The stages of all pipelines, so that the board can request opportunities together with totals. Undefined if the user
 * doesn't see all of what columns need; then the totals name the stages.
 */
export const stagesQuery = queryOptions({
  ...shortListQuery({ path: '/stages' }, { limit: 200 }),
  select: ({ data, page }): PipelineStage[] | undefined => {
    const stages = data.flatMap(({ id, name, category, position, pipeline }) =>
      typeof name === 'string' &&
      isCategory(category) &&
      typeof position === 'number' &&
      isReference(pipeline)
        ? [{ id, name, category, position, pipelineId: pipeline.id }]
        : [],
    );
    return page.hasMore || stages.length < data.length
      ? undefined
      : stages.sort((a, b) => a.position - b.position);
  },
  staleTime: 60_000,
});

const isCategory = (value: unknown): value is StageCategory =>
  value === 'open' || value === 'won' || value === 'lost';

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
