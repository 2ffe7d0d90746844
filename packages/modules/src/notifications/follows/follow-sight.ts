import type { FieldSight } from '../reader-sight.js';
import { type FollowCause, keyOf, type RecordRef } from './follow.types.js';

/** What a reader sees of a record; undefined if they don't see it. */
export type SightOf = (record: RecordRef) => FieldSight | undefined;

/** What a mention shows. A record's own texts may be in other fields. */
const MENTIONING = ['mentions', 'body'];

/**
 * Whether the person who follows a record may know why: what they did themselves they know, the rest is told as far as they
 * see it. Without that, a record that is followed by itself would tell its hidden owner, and who is mentioned in what one does
 * not see.
 */
export function isCauseSeen(record: RecordRef, { reason, via }: FollowCause, sightOf: SightOf): boolean {
  if (reason === 'owner') return sightOf(record)?.('owner') === true;
  if (reason !== 'mentioned') return true;
  const sight = sightOf(via);
  if (!sight || MENTIONING.some((key) => sight(key) === false)) return false;
  return keyOf(via) === keyOf(record) || sight('about') === true;
}
