import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import { ratesQuery, settingsQuery } from './settings';

const POLL_MS = 1_500;

/** Progress of the last change of the base currency. */
export interface BaseCurrencyState {
  baseCurrency: string;
  change: {
    from: string;
    to: string;
    state: 'running' | 'done';
    total: number;
    done: number;
  } | null;
}

/** What a change would recalculate, and which rates are missing. */
export interface BaseCurrencyPreview {
  from: string;
  to: string;
  opportunities: number;
  accounts: number;
  exchangeRates: number;
  missingRates: { currency: string; date: string }[];
  /** Roles with conditions that compare amounts. */
  roles: string[];
}

export const baseCurrencyKeys = { all: ['base-currency'] as const };

export const baseCurrencyQuery = queryOptions({
  queryKey: [...baseCurrencyKeys.all, 'state'],
  queryFn: async ({ signal }) =>
    (await client.get({ url: `${API_ROOT}/settings/base-currency`, signal })) as unknown as BaseCurrencyState,
  refetchInterval: ({ state }) => (state.data?.change?.state === 'running' ? POLL_MS : false),
});

/** Preview of a change of the base currency. In: `to`, an ISO 4217 code. */
export function baseCurrencyPreviewQuery(to: string) {
  return queryOptions({
    queryKey: [...baseCurrencyKeys.all, 'preview', to],
    queryFn: async ({ signal }) =>
      (await client.get({
        url: `${API_ROOT}/settings/base-currency/preview`,
        query: { to },
        signal,
      })) as unknown as BaseCurrencyPreview,
  });
}

/** Converts the exchange rates at once. A job recalculates the amounts. */
export async function changeBaseCurrency(baseCurrency: string): Promise<void> {
  const state = await client.post({
    url: `${API_ROOT}/settings/base-currency`,
    body: { baseCurrency, confirmed: true },
    headers: { 'Content-Type': 'application/json' },
  });
  queryClient.setQueryData(baseCurrencyQuery.queryKey, state as unknown as BaseCurrencyState);
  void queryClient.invalidateQueries({ queryKey: ratesQuery.queryKey });
  void queryClient.invalidateQueries({ queryKey: ['me'] });
  void queryClient.invalidateQueries({ queryKey: recordKeys.all });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
  await queryClient.invalidateQueries({ queryKey: settingsQuery.queryKey });
}
