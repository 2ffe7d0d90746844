import { type InvalidateOptions, type InvalidateQueryFilters, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem';

/**
 * A client in which no answer from before an invalidation counts as fresh. TanStack Query restarts a fetch that is under
 * way only if the query has data already; a first fetch goes on, and its answer, which may be older than the change,
 * would stay.
 */
export class CurrentQueryClient extends QueryClient {
  override async invalidateQueries(
    filters: InvalidateQueryFilters<any> = {},
    options?: InvalidateOptions,
  ): Promise<void> {
    const first = this.getQueryCache()
      .findAll(filters)
      .filter(({ state }) => state.data === undefined && state.fetchStatus !== 'idle');
    await super.invalidateQueries(filters, options);
    if (first.length === 0) return;
    await Promise.all(first.map(({ promise }) => promise?.catch(() => {})));
    await super.invalidateQueries({ ...filters, predicate: (query) => first.includes(query) }, options);
  }
}

export const queryClient = new CurrentQueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => error instanceof ApiProblem && error.isTransient && failures < 2,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});
