import type { UnreadText } from '@/lib/typed/unread-text';

/** How long a key is to live, as one chooses it. `date` stands for a day of one's own. */
export const LIFETIMES = ['30', '90', '365', 'never', 'date'] as const;

export type Lifetime = (typeof LIFETIMES)[number];

/**
 * When a key ends.
 * @param day for `date`: `YYYY-MM-DD`; the key lives to the end of that day where the person is
 * @returns an ISO instant, null for never, undefined where the day is missing or not understood
 */
export function expiryOf(
  lifetime: Lifetime,
  day: string | UnreadText | null,
  now = new Date(),
): string | null | undefined {
  if (lifetime === 'never') return null;
  if (lifetime === 'date')
    return typeof day === 'string' && day ? new Date(`${day}T23:59:59`).toISOString() : undefined;
  return new Date(now.getTime() + Number(lifetime) * 86_400_000).toISOString();
}
