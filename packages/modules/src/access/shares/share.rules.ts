import type { FieldChange } from '@pellucid/platform/records';
import type { ShareInput, ShareRow } from './share.types.js';

/** Whether a share has ended. */
export const isOver = (share: ShareRow): boolean =>
  share.until !== null && Date.parse(share.until) <= Date.now();

/** Returns the share that gives more: editing more than reading, then the longer one; the first one if they are equal. */
export function higherShare<T extends Pick<ShareRow, 'access' | 'until'>>(first: T, second: T): T {
  if (first.access !== second.access) return first.access === 'edit' ? first : second;
  const end = ({ until }: T) => (until === null ? Number.POSITIVE_INFINITY : Date.parse(until));
  return end(second) > end(first) ? second : first;
}

/** Returns the changes for the log: with whom, with what access and until when. */
export function shareChanges(
  before: ShareRow | undefined,
  after: ShareInput | undefined,
): Record<string, FieldChange> {
  const side = (share: { kind: string; id: string; access: string; until: string | null }) => ({
    grantee: { kind: share.kind, id: share.id },
    access: share.access,
    until: share.until,
  });
  const was = before && side({ ...before, kind: before.granteeKind, id: before.granteeId });
  const is = after && side({ ...after.grantee, access: after.access, until: after.until ?? null });
  return Object.fromEntries(
    (['grantee', 'access', 'until'] as const).map((key) => [
      key,
      { ...(was ? { before: was[key] } : {}), ...(is ? { after: is[key] } : {}) },
    ]),
  );
}
