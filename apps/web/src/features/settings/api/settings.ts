import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';

const json = { 'Content-Type': 'application/json' };

export interface CompanySettings {
  name: string;
  subdomain: string;
  zone: string;
  locale: string;
  baseCurrency: string;
  /** First day of the week, 0 is Sunday. */
  weekStart: number;
  /** 1 is January. */
  fiscalYearStartMonth: number;
  /** Days without an activity after which an open deal is at risk. */
  inactiveAfterDays: number;
  /** Whether people see how far others are with their goals. */
  goalLeaderboard: boolean;
  /** Whether members must have a second factor. */
  requireSecondFactor: boolean;
  version: number;
}

export type SettingsChange = Partial<Omit<CompanySettings, 'version' | 'subdomain'>>;

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async ({ signal }) =>
    (await client.get({ url: `${API_ROOT}/settings`, signal })) as unknown as CompanySettings,
});

/** Answers 412 if somebody else changed the settings since `version`. */
export async function changeSettings(changes: SettingsChange, version: number): Promise<CompanySettings> {
  const headers = { ...json, 'If-Match': `"${version}"` };
  const saved = (await client.patch({
    url: `${API_ROOT}/settings`,
    body: changes,
    headers,
  })) as unknown as CompanySettings;
  queryClient.setQueryData(settingsQuery.queryKey, saved);
  // The format of every date and amount depends on these.
  void queryClient.invalidateQueries({ queryKey: ['me'] });
  return saved;
}

export interface ExchangeRate {
  currency: string;
  /** "2026-03-01": valid from this day until the next rate. */
  date: string;
  /** Value of one unit in the base currency, as decimal text. */
  rate: string;
}

export interface ExchangeRates {
  baseCurrency: string;
  data: ExchangeRate[];
}

export const ratesQuery = queryOptions({
  queryKey: ['exchange-rates'],
  queryFn: async ({ signal }) =>
    (await client.get({ url: `${API_ROOT}/exchange-rates`, signal })) as unknown as ExchangeRates,
});

/** Saves an exchange rate. Replaces the rate of the same currency and day. */
export async function putRate(rate: ExchangeRate): Promise<void> {
  await client.put({ url: `${API_ROOT}/exchange-rates`, body: { rates: [rate] }, headers: json });
  await queryClient.invalidateQueries({ queryKey: ratesQuery.queryKey });
}

export interface LogInSession {
  id: string;
  tenant: { id: string; name: string };
  userAgent: string;
  ip: string;
  createdAt: string;
  lastUsedAt: string;
  current: boolean;
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => {
    const answer = await client.get({ url: `${API_ROOT}/auth/sessions`, signal });
    return (answer as unknown as { data: LogInSession[] }).data;
  },
});

/** Ends one of the user's own sessions. */
export async function endOwnSession(id: string): Promise<void> {
  await client.delete({ url: `${API_ROOT}/auth/sessions/${id}` });
  await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
}

/** Ends all of the user's sessions except this one. Out: how many. */
export async function endOtherSessions(): Promise<number> {
  const answer = await client.post({ url: `${API_ROOT}/auth/sessions/end-others` });
  await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  return (answer as unknown as { ended: number }).ended;
}

/** Changes the user's password. Throws ApiProblem with 422 for a wrong current or an unacceptable new one. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await client.post({
    url: `${API_ROOT}/auth/change-password`,
    body: { currentPassword, newPassword },
    headers: json,
  });
  await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
}
