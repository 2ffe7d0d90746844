import type { UnreadText } from '@/lib/typed/unread-text';

/** Lifetimes to choose from. `date` means a chosen day. */
export const LIFETIMES = ['30', '90', '365', 'never', 'date'] as const;

export type Lifetime = (typeof LIFETIMES)[number];

/**
 * When a key expires.
 * @param day for `date`: `YYYY-MM-DD`; the key is valid until the end of that day in the user's time zone
 * @returns an ISO instant; null for never; undefined if the day is missing or can't be read
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
