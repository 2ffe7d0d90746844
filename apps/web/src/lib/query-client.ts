import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => error instanceof ApiProblem && error.isTransient && failures < 2,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});
