import type { Condition } from '@pellucid/conditions';

/** What of the board stands in the URL, so that it can be shared. */
export interface BoardSearch {
  pipeline?: string;
  /** Id of a member. */
  owner?: string;
  q?: string;
}

const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** In: whatever the URL holds. Out: the parts that make sense. */
export function readBoardSearch({ pipeline, owner, q }: Record<string, unknown>): BoardSearch {
  return {
    ...(text(pipeline) && { pipeline: text(pipeline) }),
    ...(text(owner) && { owner: text(owner) }),
    ...(text(q).trim() && { q: text(q) }),
  };
}

/** The condition the chosen owner stands for. */
export function ownerCondition({ owner }: BoardSearch): Condition | undefined {
  return owner ? { field: 'owner', op: 'eq', value: owner } : undefined;
}
